"""Firefox, by its own protocol: Playwright's is a build that no distribution has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marionette_driver import By, Wait
from marionette_driver.errors import (
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementException,
)
from marionette_driver.marionette import ActionSequence, Marionette

from dev.emulator import free_port

PATIENCE = 20
"""Seconds until a step is given up: the machine may be busy with other tests."""
NOT_YET = (NoSuchElementException, StaleElementException, ElementNotInteractableException)
"""Not there, not any more, or still on its way: dialogs rise."""


class Firefox:
    """A phone's worth of Firefox on one address; every step waits for what it is about."""

    def __init__(self, marionette: Any, address: str) -> None:
        self._marionette, self._address = marionette, address

    def open(self, path: str) -> None:
        self._marionette.navigate(self._address + path)

    def wait(self, until: Callable[[], Any]) -> Any:
        waiting = Wait(self._marionette, timeout=PATIENCE, ignored_exceptions=NOT_YET)
        return waiting.until(lambda _: until())

    def fill(self, css: str, text: str) -> None:
        field = self._find(css)
        field.clear()
        field.send_keys(text)

    def tap(self, css: str) -> None:
        def tapped() -> bool:
            self._find(css).click()
            return True

        self.wait(tapped)

    def sees(self, text: str) -> None:
        self.wait(lambda: text in (self.run("return document.body?.innerText") or ""))

    def run(self, script: str) -> Any:
        return self._marionette.execute_script(script)

    def draw(self, css: str) -> None:
        """A stroke with a finger, over the middle of it."""
        pad = self._find(css)
        self._marionette.execute_script("arguments[0].scrollIntoView({block: 'center'})", [pad])
        finger = ActionSequence(self._marionette, "pointer", "finger", {"pointerType": "touch"})
        finger.pointer_move(-60, 0, origin=pad).pointer_down()
        for step in range(1, 8):
            finger.pointer_move(-60 + 15 * step, (-1) ** step * 20, origin=pad)
        finger.pointer_up().perform()

    def _find(self, css: str) -> Any:
        def shown() -> Any:
            found = self._marionette.find_element(By.CSS_SELECTOR, css)
            return found.is_displayed() and found

        return self.wait(shown)


@contextmanager
def running(program: str, home: Path) -> Iterator[Any]:
    """Firefox without a window, for as long as the block."""
    marionette = Marionette(
        bin=program, port=free_port(), headless=True, gecko_log=str(home / "gecko.log")
    )
    try:
        marionette.start_session()
        marionette.set_window_rect(width=500, height=844)  # no window of Firefox is narrower
        yield marionette
    finally:
        marionette.cleanup()
        marionette.instance = None  # its profile goes now, not when Python ends
