"""The rules of ELAN's format that a file of ours must keep (EAF 3.0, as its XML Schema states them)."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

TOP_LEVEL = [
    "LICENSE",
    "HEADER",
    "TIME_ORDER",
    "TIER",
    "LINGUISTIC_TYPE",
    "LOCALE",
    "LANGUAGE",
    "CONSTRAINT",
    "CONTROLLED_VOCABULARY",
    "LEXICON_REF",
    "REF_LINK_SET",
    "EXTERNAL_REF",
]
ONCE = {"HEADER", "TIME_ORDER"}
REQUIRED = {
    "ANNOTATION_DOCUMENT": {"AUTHOR", "DATE", "VERSION"},
    "MEDIA_DESCRIPTOR": {"MEDIA_URL", "MIME_TYPE"},
    "PROPERTY": set(),
    "TIME_SLOT": {"TIME_SLOT_ID"},
    "TIER": {"TIER_ID", "LINGUISTIC_TYPE_REF"},
    "ALIGNABLE_ANNOTATION": {"ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"},
    "LINGUISTIC_TYPE": {"LINGUISTIC_TYPE_ID"},
}
OPTIONAL = {
    "ANNOTATION_DOCUMENT": {"FORMAT", "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"},
    "HEADER": {"MEDIA_FILE", "TIME_UNITS"},
    "MEDIA_DESCRIPTOR": {"RELATIVE_MEDIA_URL", "TIME_ORIGIN", "EXTRACTED_FROM"},
    "PROPERTY": {"NAME"},
    "TIME_SLOT": {"TIME_VALUE"},
    "TIER": {"PARTICIPANT", "ANNOTATOR", "DEFAULT_LOCALE", "PARENT_REF", "EXT_REF", "LANG_REF"},
    "ALIGNABLE_ANNOTATION": {"SVG_REF", "EXT_REF", "LANG_REF", "CVE_REF"},
    "LINGUISTIC_TYPE": {"TIME_ALIGNABLE", "CONSTRAINTS", "GRAPHIC_REFERENCES", "CONTROLLED_VOCABULARY_REF"},
}
CHILDREN = {
    "ANNOTATION_DOCUMENT": TOP_LEVEL,
    "HEADER": ["MEDIA_DESCRIPTOR", "LINKED_FILE_DESCRIPTOR", "PROPERTY"],
    "TIME_ORDER": ["TIME_SLOT"],
    "TIER": ["ANNOTATION"],
    "ANNOTATION": ["ALIGNABLE_ANNOTATION"],
    "ALIGNABLE_ANNOTATION": ["ANNOTATION_VALUE"],
}


def check_eaf(path: Path) -> ET.Element:
    """Fail with what breaks the rules; return the document."""
    document = ET.parse(path).getroot()
    assert document.tag == "ANNOTATION_DOCUMENT"
    assert document.get("FORMAT") == document.get("VERSION") == "3.0"
    datetime.fromisoformat(document.attrib["DATE"])
    for element in document.iter():
        allowed = CHILDREN.get(element.tag, [])
        places = [allowed.index(child.tag) for child in element]
        assert places == sorted(places), f"the parts of {element.tag} are out of order"
        required = REQUIRED.get(element.tag, set())
        assert required <= set(element.keys()) <= required | OPTIONAL.get(element.tag, set()), element.tag
    for tag in ONCE:
        assert len(document.findall(tag)) == 1
    check_references(document)
    return document


def check_references(document: ET.Element) -> None:
    slots = {
        slot.attrib["TIME_SLOT_ID"]: int(slot.attrib["TIME_VALUE"]) for slot in document.iter("TIME_SLOT")
    }
    annotations = [element.attrib["ANNOTATION_ID"] for element in document.iter("ALIGNABLE_ANNOTATION")]
    ids = [slot.attrib["TIME_SLOT_ID"] for slot in document.iter("TIME_SLOT")] + annotations
    assert len(ids) == len(set(ids)), "xsd:ID must be unique"
    assert all(name[0].isalpha() for name in ids), "xsd:ID begins with a letter"
    assert list(slots.values()) == sorted(slots.values()), "time slots stand in the order of time"
    assert min(slots.values(), default=0) >= 0
    kinds = {kind.attrib["LINGUISTIC_TYPE_ID"] for kind in document.findall("LINGUISTIC_TYPE")}
    tiers = [tier.attrib["TIER_ID"] for tier in document.findall("TIER")]
    assert len(tiers) == len(set(tiers))
    used: list[str] = []
    for tier in document.findall("TIER"):
        assert tier.attrib["LINGUISTIC_TYPE_REF"] in kinds
        spans = []
        for element in tier.iter("ALIGNABLE_ANNOTATION"):
            ends = element.attrib["TIME_SLOT_REF1"], element.attrib["TIME_SLOT_REF2"]
            used += ends
            spans.append((slots[ends[0]], slots[ends[1]]))
        assert all(start < end for start, end in spans), "an annotation lasts"
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(spans))), "annotations of a tier do not overlap"
    assert set(used) == set(slots), "every time slot is used"
