"""What servers, Lambda and the `flask` command load."""

from scc.app import create_app
from scc.errors import ConfigError
from scc.ops import register
from scc.ops.settings import commands_only

try:
    app = create_app()
    register(app)
except ConfigError as error:
    app = commands_only(error)
