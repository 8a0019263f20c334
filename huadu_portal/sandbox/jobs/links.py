"""Where an office file or a PDF may lead, and what it may be made of."""

import re

from huadu_portal.sandbox.jobs.refused import Refused

# What a click may open. A link without a scheme leads to a file beside this one.
SCHEMES = {"http", "https", "mailto", "tel", "ftp"}
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
# Whose types they are. The last word of each names it.
ISSUERS = re.compile(
    r"http://(?:schemas\.openxmlformats\.org/(?:officeDocument|package)|purl\.oclc\.org/ooxml"
    r"|schemas\.microsoft\.com/office|www\.wps\.cn/officeDocument)/",
    re.IGNORECASE,
)
RELATIONSHIPS = set(
    # The file.
    "officeDocument extended-properties extendedProperties custom-properties customProperties "
    "core-properties thumbnail origin signature certificate classificationlabels theme "
    "themeOverride image hdphoto hyperlink font printerSettings customXml customXmlProps "
    # Charts and drawings. A package is the table behind a chart.
    "chart chartEx chartStyle chartColorStyle chartUserShapes package drawing vmlDrawing "
    "diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing ink "
    # Texts.
    "styles stylesWithEffects settings webSettings fontTable numbering header footer footnotes "
    "endnotes comments commentsExtended commentsIds commentsExtensible people glossaryDocument "
    "documenttasks documentTasks bibliography "
    # Tables.
    "worksheet chartsheet sharedStrings calcChain sheetMetadata table tableSingleCells xmlMaps "
    "pivotTable pivotCacheDefinition pivotCacheRecords slicer slicerCache timeline "
    "timelineCache person threadedComment namedSheetView ctrlProp customProperty "
    "revisionHeaders revisionLog usernames cellImage cellimages FeaturePropertyBag "
    "customStorage "
    "rdRichValue rdRichValueStructure rdRichValueTypes rdArray rdSupportingPropertyBag "
    "rdSupportingPropertyBagStructure richStyles richValueRel".lower().split()
)
# The template a text was begun with, where it lay on the writer's own disk. Readers look for it at
# that place on theirs. Drives of a network are counted from Z downwards.
TEMPLATE = "attachedtemplate"
ON_OWN_DISK = re.compile(
    r"file:///[c-f]:[\\/](?:[^\\/:]+[\\/])*[^\\/:]+\.(?:dotx|dotm|dot|wpt)", re.IGNORECASE
)
PROGRAMS = re.compile(r"vba|macro|activex|control|keymap|toolbar|extensibility", re.IGNORECASE)


def check_relationship(said: dict[str, str]) -> None:
    """`said`: a relationship's attributes, by their names."""
    kind, target = said.get("Type", "").strip(), said.get("Target", "").strip()
    name = kind.rpartition("/")[2]
    if name.lower() == TEMPLATE and ISSUERS.match(kind) and ON_OWN_DISK.fullmatch(target):
        return
    if not ISSUERS.match(kind) or name.lower() not in RELATIONSHIPS:
        raise Refused("macros" if PROGRAMS.search(kind) else "fetches")
    outside = said.get("TargetMode", "").strip().lower() not in ("", "internal")
    if name.lower() == "hyperlink":
        check_link(target)
    elif outside or scheme_of(target) or is_of_a_network(target):
        raise Refused("fetches")


def check_link(target: str) -> None:
    """What a person may be led to by a click."""
    if scheme_of(target) not in {"", *SCHEMES} or _is_share(target):
        raise Refused("links")


def check_base(address: str) -> None:
    """What a reader puts before a PDF's links that are not whole: nothing, or a page's."""
    if address.strip() and scheme_of(address) not in ("http", "https"):
        raise Refused("links")


def check_drawn(said: dict[str, str]) -> None:
    for name in ("src", "href"):
        if is_of_a_network(said.get(name, "")):
            raise Refused("fetches")


def is_of_a_network(target: str) -> bool:
    """Whether it is read from elsewhere. A picture may stand in its own address (data:)."""
    return scheme_of(target) not in ("", "data") or _is_share(target)


def is_of_this_network(target: str) -> bool:
    """Whether to read it would tell a stranger who we are: a file or a share."""
    return scheme_of(target) not in ("", "http", "https") or _is_share(target)


def scheme_of(target: str) -> str:
    found = SCHEME.match(UNSEEN.sub("", target).lower())
    return found[1] if found else ""


def _is_share(target: str) -> bool:
    return UNSEEN.sub("", target).replace("\\", "/").startswith("//")
