"""The frame that all pages have."""

from __future__ import annotations

from html import escape

from service.api.pages.content import Content


def page(title: str, main: str, up: str = "") -> Content:
    """Return a page; `title` is text, `main` is HTML, `up` leads from the page to the root."""
    return Content(
        f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="stylesheet" href="{up}docs/page.css">
</head>
<body>
<main>
{main}
</main>
</body>
</html>
""".encode(),
        "text/html",
    )
