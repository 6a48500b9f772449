"""Languages in their encodings, mostly told right; what is still wrong is said to be uncertain."""

from __future__ import annotations

from bench.encodings.matrix import Sample, list_samples
from bench.encodings.measure import is_right
from bot.files.readers.encodings.detect import detect


def test_a_text_of_200_bytes_is_read_in_its_encoding_in_any_language() -> None:
    samples = [sample for sample in list_samples(sizes=(200,)) if _is_tested(sample)]
    wrong = [
        (sample.group, sample.encoding, sample.style)
        for sample in samples
        if not is_right(sample, detect(sample.data))
    ]
    assert len(samples) > 100 and len(wrong) <= 0.02 * len(samples), wrong


def _is_tested(sample: Sample) -> bool:
    """Whether a text is one of those tested here: each encoding in one style, for speed."""
    style = "table" if sum(sample.encoding.encode()) % 2 else "prose"
    is_unicode = sample.encoding.startswith("utf")
    return sample.style == style and not is_unicode and not sample.text.isascii()


def test_a_few_letters_are_read_as_the_commonest_code_page_has_them() -> None:
    for text in ("Größe", "Müller", "Café", "Señor", "Ünlü"):
        found = detect(text.encode("cp1252"))
        assert found is not None and text.encode("cp1252").decode(found.codec) == text
    russian = detect("Москва".encode("cp1251"))
    assert russian is not None and russian.codec == "cp1251"
