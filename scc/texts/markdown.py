"""Markdown to HTML that is safe to show. Only publishing and previews do it: it is kept as HTML."""

from typing import Final

_TAGS: Final = frozenset(
    [
        "p",
        "br",
        "strong",
        "em",
        "ul",
        "ol",
        "li",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "code",
        "pre",
        "a",
    ]
)


def render(markdown: str) -> str:
    """CommonMark without HTML of its own; its highest headings stand right below the page's."""
    # Here: a request that publishes nothing needs neither.
    import nh3
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parse(markdown)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"
    html: str = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    ).strip()
