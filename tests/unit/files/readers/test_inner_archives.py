"""Archives in archives are opened once more, within the bounds of the outer one."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from email.message import EmailMessage

import pytest

from bot.files.readers.containers.collecting import Allowance
from bot.files.readers.containers.packed import read_packed
from bot.files.readers.detail.seeking import find_pictures
from bot.files.readers.dispatch import read_file
from bot.files.unreadable import UnreadableError
from tests.support.archives import build_zip
from tests.support.easel import build_png

RED, BLUE = build_png(), build_png(colour=(0, 0, 200))


def pack_tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("pack", [build_zip, pack_tar])
@pytest.mark.parametrize("pack_inner", [build_zip, pack_tar])
def test_pictures_and_texts_in_an_archive_in_an_archive_are_read(
    pack: type, pack_inner: type
) -> None:
    inner = pack_inner({"in/red.png": RED, "note.txt": b"deep down"})
    outer = pack({"inner": inner, "blue.png": BLUE, "top.txt": b"on top"})
    parsed_file = read_file("outer", outer)
    assert [one.name for one in parsed_file.pictures] == ["blue.png", "inner/red.png"]
    text = "".join(parsed_file.pages)
    assert text.index("on top") < text.index("This archive holds 2 files") < text.index("deep down")
    assert not parsed_file.left_out
    sought = parsed_file.pictures[1].origin.sha256
    assert find_pictures("outer", outer, [sought], read_file) == {sought: RED}


def test_a_deeper_archive_is_only_listed() -> None:
    data = build_zip({"a.txt": b"the deepest words"})
    for name in ("b.zip", "c.zip", "d.zip"):
        data = build_zip({name: data})
    parsed_file = read_file("e.zip", data)
    text = "".join(parsed_file.pages)
    assert "archive in an archive" in text and "the deepest words" not in text
    assert parsed_file.left_out == "in d.zip: 1 of 1 files only listed"


def test_what_lies_next_to_an_archive_comes_before_what_is_in_it() -> None:
    inner = build_zip({f"{number}.txt": b"%d" % number for number in range(30)})
    outer = build_zip({"a.zip": inner, "red.png": RED, **{f"{n}.md": b"x" for n in range(10)}})
    parsed_file = read_file("outer.zip", outer)
    assert len(parsed_file.pictures) == 1
    assert sum(page.startswith("File a.zip") for page in parsed_file.pages) == 1 + 20 - 12
    assert parsed_file.left_out == "in a.zip: 22 of 30 files only listed"


def test_all_archives_together_give_six_pictures_and_only_those_are_decoded() -> None:
    pictures = {f"{number}.png": build_png(size=(64 + number, 48)) for number in range(4)}
    inner = {f"{name}.zip": build_zip({**pictures, "x": name.encode()}) for name in "abc"}
    parsed_file = read_file("outer.zip", build_zip({**inner, "own.png": RED}))
    names = [one.name for one in parsed_file.pictures]
    assert names == ["own.png", *(f"a.zip/{number}.png" for number in range(4)), "b.zip/0.png"]
    assert "in b.zip: 3 of 5 files only listed" in parsed_file.left_out
    assert "in c.zip: 4 of 5 files only listed" in parsed_file.left_out


def test_few_archives_in_an_archive_are_opened() -> None:
    inner = {f"{number}.zip": build_zip({"a": b"word %d" % number}) for number in range(9)}
    parsed_file = read_file("outer.zip", build_zip(inner))
    text = "".join(parsed_file.pages)
    assert [f"word {number}" in text for number in range(9)] == [True] * 5 + [False] * 4
    assert text.count("(I open only a few archives in an archive)") == 4


def test_files_that_were_packed_alone_are_no_more_archives_than_others() -> None:
    logs = {f"access.{number}.log.gz": gzip.compress(b"GET /%d" % number) for number in range(12)}
    parsed_file = read_file(
        "logs.zip", build_zip({**logs, "old.tgz": pack_tar({"a": b"GET /old"})})
    )
    text = "".join(parsed_file.pages)
    assert all(f"GET /{number}" in text for number in (*range(12), "old"))
    assert not parsed_file.left_out


def test_what_lies_too_deep_is_called_what_it_is() -> None:
    inner = build_zip({"offer.eml": build_mail("offer.png", RED), "b.zip": build_zip({"a": b"a"})})
    text = "".join(read_file("outer.zip", build_zip({"inner.zip": inner})).pages)
    assert "(it lies too deep in other files)" in text
    assert "(it is an archive in an archive)" in text


def test_a_packed_file_for_which_nothing_is_left_is_only_listed() -> None:
    packed = gzip.compress(b"the words in it", mtime=0)
    allowance = Allowance(unpacked_bytes=0)
    with pytest.raises(UnreadableError) as refused:
        read_packed("a.log.gz", packed, read_file, allowance)
    assert "larger than I can hold" in refused.value.user_message


def test_what_is_unpacked_to_be_passed_over_is_bounded_for_all_of_them() -> None:
    """Each of the archives alone unpacks to a hundred megabytes."""
    bomb = pack_tar({"zeros": bytes(100_000_000), "a.txt": b"behind"})
    packed = {f"{number}.tgz": bomb + bytes([number]) for number in range(4)}
    text = "".join(read_file("outer.zip", build_zip(packed)).pages)
    assert text.count("- zeros, 95 MB") == 2
    assert "- 2.tgz, 95 kB (unpacked it would be larger" in text


def build_mail(name: str, picture: bytes) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Offer", "a@example.com"
    mail.set_content("See below")
    mail.add_attachment(picture, maintype="image", subtype="png", filename=name)
    return mail.as_bytes()


def test_pictures_tell_in_which_mail_or_archive_they_lie() -> None:
    files = {
        "may.eml": build_mail("offer.png", RED),
        "june.eml": build_mail("offer.png", BLUE),
        "old.tgz": pack_tar({"scans/offer.png": build_png(colour=(9, 9, 9))}),
        "deck.key": build_zip(
            {"Index/Document.iwa": b"x", "preview.jpg": build_png(size=(70, 60))}
        ),
    }
    parsed_file = read_file("all.zip", build_zip(files))
    names = [one.name for one in parsed_file.pictures]
    assert names == ["may.eml/offer.png", "june.eml/offer.png", "deck.key", "old.tgz/offer.png"]


def test_an_archive_that_holds_documents_as_they_are_is_an_archive_all_the_same() -> None:
    book = build_zip({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<x/>"})
    texts = {f"{number}.txt": b"x" for number in range(30)}
    inner = build_zip({"a.epub": book, **texts}, zipfile.ZIP_STORED)
    assert b"META-INF/container.xml" in inner
    outer = build_zip({"a.zip": inner, "b.txt": b"next to it"})
    assert "next to it" in read_file("outer.zip", outer).pages[1]


def test_documents_in_an_archive_are_no_archives() -> None:
    book = build_zip({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<x/>"})
    text = "".join(read_file("a.zip", build_zip({"a.epub": book, "b.txt": b"b"})).pages)
    assert "archive in an archive" not in text
