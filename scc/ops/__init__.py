"""Commands for who runs SCC. Each plans first, with reading calls, then applies."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    # Imported here: a request never needs them.
    from scc.ops.adoption.commands import adopt_group
    from scc.ops.anchors import anchors_group
    from scc.ops.backup import backup_group
    from scc.ops.bookings import import_command
    from scc.ops.commands import tables_group
    from scc.ops.doctor import doctor_command
    from scc.ops.edge.commands import edge_group
    from scc.ops.ledger import export_ledger_command, reconcile_command
    from scc.ops.mail import mail_group
    from scc.ops.passwords import hash_password_command
    from scc.ops.releases.commands import release_group
    from scc.ops.secrets import secrets_group
    from scc.ops.stage import stage_group
    from scc.ops.tokens import tokens_group
    from scc.ops.waivers import waivers_group

    app.cli.add_command(tables_group)
    app.cli.add_command(hash_password_command)
    app.cli.add_command(stage_group)
    app.cli.add_command(edge_group)
    app.cli.add_command(release_group)
    app.cli.add_command(secrets_group)
    app.cli.add_command(doctor_command)
    app.cli.add_command(adopt_group)
    app.cli.add_command(backup_group)
    app.cli.add_command(tokens_group)
    app.cli.add_command(anchors_group)
    app.cli.add_command(mail_group)
    app.cli.add_command(reconcile_command)
    app.cli.add_command(export_ledger_command)
    app.cli.add_command(waivers_group)
    app.cli.add_command(import_command)
