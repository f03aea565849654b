"""Two tabs, and a turn that is sent twice: nothing is mixed up, nothing is lost."""

from __future__ import annotations

from playwright.sync_api import Route

from tests.browser.test_walk import QUESTIONS, with_and_without_script


@with_and_without_script
def test_two_tabs_are_two_conversations(visit, has_script: bool) -> None:
    """What is said in one does not show in the other, and each goes on from where it is."""
    one = visit("es", has_script=has_script)
    one.open()
    one.say(QUESTIONS["es"])
    other = visit("es", has_script=has_script)
    other.open()
    other.tap("services.find")
    assert QUESTIONS["es"] not in other.page.content()
    (more,) = one.tap("sharing.risk?part=more")
    assert more.id == "sharing.risk"
    (asked,) = other.tap("services.find?nation=wales")
    assert asked.id == "services.find"


def test_a_tab_that_was_duplicated_goes_on_from_there(visit) -> None:
    """The same state used twice: both go on, as after "back" or a retry."""
    visitor = visit("en", has_script=False)
    visitor.open()
    visitor.say(QUESTIONS["en"])
    fields = {
        name: visitor.page.locator(f".choices input[name={name}]").first.input_value()
        for name in ("state", "page_lang")
    }
    for reference in ("sharing.consent", "nrm.what"):
        answer = visitor.page.request.post(
            f"{visitor.url}/chat", form={**fields, "choose": reference}
        )
        assert f'data-answer="{reference}"' in answer.text()


def test_one_message_is_sent_once_however_often_it_is_pressed(visit) -> None:
    """Pressed three times while the first is on its way: one request, one answer."""
    visitor = visit("en")
    visitor.open()
    held: list[Route] = []
    visitor.page.route("**/chat", lambda route: held.append(route))
    visitor.requests.clear()
    visitor.page.fill("#message", QUESTIONS["en"])
    for _ in range(3):
        visitor.page.keyboard.press("Enter")
        visitor.page.click("#ask .send", no_wait_after=True)
    for route in held:
        route.continue_()
    visitor.page.locator("[data-answer='sharing.risk']").wait_for()
    assert visitor.requests == [f"{visitor.url}/chat"]
    assert visitor.page.locator("[data-answer='sharing.risk']").count() == 1
