# SPDX-License-Identifier: Apache-2.0
"""Makes pages that are written for the repository fit for the site: see mkdocs.yml."""
import json
import logging
import posixpath
import re
from pathlib import Path

LOG = logging.getLogger("mkdocs.hooks")

# Files outside docs/ that are pages of the site.
PAGES = {
    "index.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "changelog.md": "CHANGELOG.md",
}
# The Javadoc that names in the text are linked to.
PACKAGES = ("io/mmapio", "io/mmapio/spi", "io/mmapio/lucene")
PAGE_OF = {source: page for page, source in PAGES.items()}
# Whole fenced blocks, or code in a line, or a link. The first two are left as they are.
LINK = re.compile(r"(```.*?^```|`[^`\n]*`)|\[((?:[^\[\]`]|`[^`]*`)*)\]\(([^()\s]+)\)", re.DOTALL | re.MULTILINE)


def _page_of(repository_path):
    """The page that shows a file of the repository, or None."""
    if repository_path in PAGE_OF:
        return PAGE_OF[repository_path]
    return repository_path[len("docs/"):] if repository_path.startswith("docs/") else None


def _for_site(link, page):
    """A link as it is in the repository, as it must be in the site."""
    unchanged, text, target = link.groups()
    if unchanged or re.match(r"[a-z]+:|#", target):
        return link.group(0)
    source = PAGES.get(page, "docs/" + page)
    path, hash_mark, anchor = target.partition("#")
    in_repository = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    shown = _page_of(in_repository)
    if shown is None:  # a source file: the site has no copy of it
        return text if f"`{in_repository}`" == text else f"{text} (`{in_repository}`)"
    relative = posixpath.relpath(shown, posixpath.dirname(page) or ".")
    return f"[{text}]({relative}{hash_mark}{anchor})"


def on_nav(nav, files, **_):
    """A page that no menu leads to is an error, by way of strict."""
    for file in files.documentation_pages():
        if file.page not in nav.pages:
            LOG.warning("%s is not in the nav of mkdocs.yml", file.src_path)


def on_page_markdown(markdown, page, **_):
    return LINK.sub(lambda link: _for_site(link, page.file.src_path), markdown)


def _with_javadoc(html, page, config):
    """Links `MappedRegion` and `Advice.RANDOM` to the Javadoc; what is a link already stays."""
    api = Path(config["docs_dir"]) / "api"
    classes = {file.stem: file for package in PACKAGES for file in (api / package).glob("[A-Z]*.html")}
    to_api = posixpath.relpath("api", posixpath.dirname(page.file.src_path) or ".")

    def linked(match):
        name, constant = match.group(1), match.group(2)
        file = classes.get(name)
        if file is None or constant and f'id="{constant}"' not in file.read_text("utf-8"):
            return match.group(0)
        anchor = f"#{constant}" if constant else ""
        return f'<a href="{to_api}/{file.relative_to(api).as_posix()}{anchor}">{match.group(0)}</a>'

    code = r"<a\b.*?</a>|<pre\b.*?</pre>|<code>([A-Z]\w+)(?:\.([A-Z_]+))?</code>"
    return re.sub(code, lambda m: linked(m) if m.group(1) else m.group(0), html, flags=re.DOTALL)


def on_page_content(html, page, config, **_):
    # GitHub wants the bar of a cell escaped in code too; Python-Markdown shows the escape.
    html = re.sub(r"<code>[^<]*</code>", lambda code: code.group(0).replace("\\|", "|"), html)
    return _with_javadoc(html, page, config)


def on_post_build(config, **_):
    """Puts the index and the worker of the search into a script: file:// allows neither fetch nor Worker."""
    site = Path(config["site_dir"])
    (site / "404.html").unlink()  # its links are those of a server
    index = (site / "search/search_index.json").read_text("utf-8")
    (worker,) = (site / "assets/javascripts/workers").glob("search.*.min.js")
    code = worker.read_text("utf-8")
    (site / "assets/search.js").write_text(
        f"const searchIndex = {index};\nconst searchWorker = {json.dumps(code)};\n"
        + (Path(__file__).parent / "search.js").read_text("utf-8"),
        "utf-8",
    )
