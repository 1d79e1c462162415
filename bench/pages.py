"""What is measured: pages in turns with bare routes, pictures, documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.app import BARE, COMMIT, PLAIN
from bench.browser import Answer, Browser, PictureReader
from bench.site import Site
from bench.timing import Request, in_turns, per_second


class Unexpected(Exception):
    """A page answered otherwise than it should: its time would mean nothing."""


def expect(answer: Answer, status: int, path: str) -> Answer:
    """The answer, if it has this status. Raises `Unexpected`."""
    if answer.status != status:
        raise Unexpected(f"{path} answered {answer.status}, not {status}")
    return answer


def addresses(site: Site) -> dict[str, Callable[[int], str]]:
    """The pages by name; those of courses go from one course to the next."""
    courses = site.seeded.course_ids

    def of_course(rest: str) -> Callable[[int], str]:
        return lambda turn: f"/courses/{courses[turn % len(courses)]}{rest}"

    return {
        "plain Flask": lambda _: PLAIN,
        "bare route": lambda _: BARE,
        "bare route + commit": lambda _: COMMIT,
        "board": lambda _: "/board",
        "course page": of_course(""),
        "progress page": of_course("/progress"),
        "patients": lambda _: "/patients",
        "report page": of_course("/report"),
    }


def there(site: Site) -> tuple[dict[str, Callable[[int], str]], list[str]]:
    """The pages that answer, and a line about each that does not."""
    browser, found, missing = Browser(site.server.port, site.cookie), {}, []
    for name, address in addresses(site).items():
        answer = browser.get(address(0))
        if answer.status == 200:
            found[name] = address
        else:
            missing.append(f"{name}: {address(0)} answered {answer.status}")
    browser.close()
    return found, missing


def page_requests(site: Site, pages: Mapping[str, Callable[[int], str]]) -> dict[str, Request]:
    """A request for each page, on two connections: a clinician's and nobody's."""
    clinician, nobody = Browser(site.server.port, site.cookie), Browser(site.server.port)

    def request(address: Callable[[int], str]) -> Request:
        def send(turn: int) -> float:
            path = address(turn)
            browser = nobody if path.startswith("/bench/") else clinician
            return expect(browser.get(path), 200, path).seconds

        return send

    return {name: request(address) for name, address in pages.items()}


def picture_requests(site: Site) -> dict[str, Request]:
    """The chart of a course page: drawn anew, from the cache, and not sent again."""
    browser = Browser(site.server.port, site.cookie)
    pictures = list(_pictures(site, browser))
    if not pictures:
        raise Unexpected("no course page has a chart")
    folder = site.folder / "charts"

    def path_of(turn: int) -> str:
        return pictures[turn % len(pictures)]

    def cold(turn: int) -> float:
        _empty(folder)
        return expect(browser.get(path_of(turn)), 200, path_of(turn)).seconds

    def cached(turn: int) -> float:
        browser.get(path_of(turn))
        return expect(browser.get(path_of(turn)), 200, path_of(turn)).seconds

    def unchanged(turn: int) -> float:
        tag = browser.get(path_of(turn)).headers.get("etag", "")
        answer = browser.get(path_of(turn), {"If-None-Match": tag})
        return expect(answer, 304, path_of(turn)).seconds

    return {"chart, cold": cold, "chart, cached": cached, "chart, 304": unchanged}


def _empty(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.unlink()


def _pictures(site: Site, browser: Browser) -> Iterator[str]:
    for course_id in site.seeded.course_ids[:12]:
        answer = browser.get(f"/courses/{course_id}")
        if answer.status == 200:
            found = PictureReader(answer.body).addresses
            yield from [address for address in found if "/charts/" in address][:1]


def document_request(site: Site) -> Request:
    """The progress report as a PDF."""
    browser = Browser(site.server.port, site.cookie)
    courses = site.seeded.course_ids

    def send(turn: int) -> float:
        path = f"/courses/{courses[turn % len(courses)]}/report.pdf"
        answer = expect(browser.get(path), 200, path)
        if not answer.body.startswith(b"%PDF"):
            raise Unexpected(f"{path} is no PDF")
        return answer.seconds

    return send


def throughput(site: Site, path: str, *, workers: int, seconds: float) -> float:
    """Answers a second from one address with several connections at once."""
    cookie = "" if path.startswith("/bench/") else site.cookie

    def make(_worker: int) -> Callable[[], Answer]:
        browser = Browser(site.server.port, cookie)
        return lambda: expect(browser.get(path), 200, path)

    return per_second(make, workers=workers, seconds=seconds)


__all__ = [
    "BARE",
    "COMMIT",
    "Request",
    "Unexpected",
    "document_request",
    "in_turns",
    "page_requests",
    "picture_requests",
    "there",
    "throughput",
]
