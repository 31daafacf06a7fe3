"""Markdown to HTML that is safe to show. Only publishing and previews do it: it is kept as HTML.

Safe by what is left out: no HTML of its own gets through, no image, no link but to these schemes,
no attribute but a link's address.
"""

from typing import Any, Final

SCHEMES: Final = ("https:", "mailto:", "tel:")


def render(markdown: str) -> str:
    """CommonMark without HTML; its highest headings stand right below the page's."""
    from markdown_it import MarkdownIt  # here: a request that publishes nothing needs none of it

    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["image", "html_block", "html_inline"])
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    tokens = parser.parse(markdown)
    _lower_headings(tokens)
    for token in tokens:
        for inline in token.children or ():
            if inline.type == "link_open":
                inline.attrs = {"href": inline.attrs["href"], "rel": "noopener noreferrer"}
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html.strip()


def _is_allowed(url: str) -> bool:
    return url.strip().lower().startswith(SCHEMES)


def _lower_headings(tokens: list[Any]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"
