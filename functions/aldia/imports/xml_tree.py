"""XML from strangers: no DTD, no entities, no network, and limits on everything that can grow."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from aldia.domain.errors import Refused

_MOST_DEPTH = 40
_MOST_ELEMENTS = 100_000
_MOST_VALUE = 200_000  # characters of one attribute; seals and certificates have a few thousand
_CUT_OFF = frozenset({3, 5, 6, 20})  # expat: no element, unclosed token, partial character, unclosed CDATA


class _Bounded(TreeBuilder):
    """A tree that refuses to grow without end."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._elements = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > _MOST_DEPTH or self._elements > _MOST_ELEMENTS:
            raise Refused("import.xml_too_deep", field="file")
        if any(len(value) > _MOST_VALUE for value in attrs.values()):
            raise Refused("import.xml_too_long", field="file")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse_xml(data: bytes) -> Element:
    """The root element. Refused: entities or a DTD, cut off, broken, too deep, too long."""
    parser = XMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException:
        raise Refused("import.xml_unsafe", field="file") from None
    except ParseError as error:
        is_cut = error.code in _CUT_OFF
        raise Refused("import.xml_truncated" if is_cut else "import.xml_broken", field="file") from None
    except (ValueError, LookupError):  # an encoding that does not exist, or that XML may not have
        raise Refused("import.xml_broken", field="file") from None
    return root


def name_of(element: Element) -> tuple[str, str]:
    """Namespace and local name."""
    space, brace, local = element.tag.rpartition("}")
    return (space[1:], local) if brace else ("", element.tag)


def child(element: Element, local: str) -> Element:
    """The first direct child of that local name in the element's own namespace, or an empty element."""
    found = element.find(f"{{{name_of(element)[0]}}}{local}")
    return Element("none") if found is None else found
