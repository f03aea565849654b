"""The headers of every response: what a page of ours may do, and who may hold it in a frame."""

from __future__ import annotations

from bot.settings import PageSettings

#: What a browser that knows the header throws away for this site.
CLEAR_SITE_DATA = {"Clear-Site-Data": '"cache", "cookies", "storage"'}

_YEAR_SECONDS = 365 * 24 * 60 * 60


def headers(page: PageSettings, framed_by: str | None = None) -> dict[str, str]:
    """Returns the headers: nothing is stored, told to other sites, or run from elsewhere.

    Args:
        page: what the service chose.
        framed_by: an origin that may hold the page, instead of the partners.
    """
    framed_by = framed_by or " ".join(page.partners) or "'none'"
    found = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            " connect-src 'self'; form-action 'self'; base-uri 'none';"
            f" frame-ancestors {framed_by}"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if page.public_url.startswith("https://"):
        found["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
    return found
