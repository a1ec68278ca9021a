"""What browser journeys share: people in a real browser, forms filled by the names of their fields, a picture of each page kept."""

import itertools
import os
import re
from pathlib import Path

# Where a picture of every page of a journey is kept, as CI does; '' keeps none.
PICTURES = os.environ.get("UPSTANDER_SCREENSHOTS", "")
_number = itertools.count(1)


def keep_picture(page):
    """A picture of the page as it stands, under the name of the journey, if this is one and pictures are kept."""
    test = re.search(r"::test_(journey_\w+)", os.environ.get("PYTEST_CURRENT_TEST", ""))
    if not PICTURES or not test:
        return
    where = re.sub(r"\W+", "-", page.url.split("/", 3)[-1].split("?")[0])[:60] or "today"
    folder = Path(PICTURES) / test[1]
    page.screenshot(path=folder / f"{next(_number):04d}-{where}.png", full_page=True)


class Person:
    """Somebody with a browser of their own, JavaScript off unless asked for, who works by the keyboard alone."""

    def __init__(self, browser, home, url, actor=None, width=1280, scripts=False):
        self.actor, self.url = actor, url
        self.context = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            bypass_csp=scripts,
        )
        if actor is not None:
            home.client(actor)  # puts the session into the store
            token = f"token-of-{actor.account}-{'x' * 30}"
            self.context.add_cookies([{"name": "session", "value": token, "url": url}])
        self.page = self.context.new_page()

    def go(self, path):
        self.page.goto(self.url + path)
        keep_picture(self.page)
        return self

    def click(self, name, exact=True, nth=0):
        self.page.get_by_role("link", name=name, exact=exact).nth(nth).press("Enter")
        keep_picture(self.page)

    def fill(self, button="Save", *, why="As agreed in the meeting", **values):
        """Fill the page's record form as its reader would, field by field, and send it."""
        for name, value in {**values, "_why": why}.items():
            field = self.page.locator(f"form [name='{name}']")
            folded = self.page.locator(
                "form details:not([open])", has=self.page.locator(f"[name='{name}']")
            )
            if folded.count():
                folded.locator("summary").press("Enter")
            kind = field.first.evaluate("e => e.tagName + ' ' + (e.type || '')")
            if kind.endswith(("radio", "checkbox")):
                for one in value if isinstance(value, list) else [value]:
                    self._mark(f"form [name='{name}'][value='{one}']")
            elif kind.startswith("SELECT"):
                field.first.select_option(value)
            else:
                field.first.fill(str(value))
        self.page.get_by_role("button", name=button, exact=True).press("Enter")
        keep_picture(self.page)
        assert not self.page.locator(".faults").count(), self.page.locator(
            ".faults"
        ).inner_text()

    def _mark(self, one):
        """Choose a radio button or a checkbox by its key."""
        box = self.page.locator(one)
        if not box.is_checked():
            box.press("Space")
        assert box.is_checked()

    @property
    def text(self):
        """All text of the page, also of what is folded away."""
        return " ".join(self.page.locator("main").text_content().split())

    def json(self, path):
        answer = self.context.request.get(self.url + path)
        assert answer.ok, f"{path}: {answer.status}"
        return answer.json()

    def body(self, path):
        return self.context.request.get(self.url + path).text()
