"""What the names of columns mean, in all the spellings that programs give them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from training.dataset.formats.table_layout import Column

_SPELLINGS: dict[Column, str] = {
    Column.IMAGE: "filename file image imageid imagename imgname img imgid imagepath path filepath frame imagefilename "
    "imagefile uri imageuri externalid photo picture",
    Column.CLASS: "class label classname labelname celltype category categoryname object objectclass species title "
    "rectanglelabels target",
    Column.XMIN: "xmin x1 left minx xleft xtl bboxxmin bboxx1 bboxleft x0",
    Column.YMIN: "ymin y1 top miny ytop ytl bboxymin bboxy1 bboxtop y0",
    Column.XMAX: "xmax x2 right maxx xright xbr bboxxmax bboxx2 bboxright",
    Column.YMAX: "ymax y2 bottom maxy ybottom ybr bboxymax bboxy2 bboxbottom",
    Column.BOX_WIDTH: "bboxwidth boxwidth bboxw boxw w",
    Column.BOX_HEIGHT: "bboxheight boxheight bboxh boxh h",
    Column.XCENTRE: "xcenter xcentre centerx centrex cx xc xmid",
    Column.YCENTRE: "ycenter ycentre centery centrey cy yc ymid",
    Column.BOX_XYWH: "bbox box boundingbox coordinates",
    Column.WIDTH: "imagewidth imgwidth imagew imgw originalwidth",
    Column.HEIGHT: "imageheight imgheight imageh imgh originalheight",
    Column.SPLIT: "split set subset usage partition fold dataset",
    Column.FOLDER: "folder dir directory",
    Column.FRAME: "frameindex frameid framenumber frameno",
    Column.REGION_SHAPE: "regionshapeattributes",
    Column.REGION_ATTRIBUTES: "regionattributes",
}
_MEANINGS = {spelling: column for column, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_NUMBERED = re.compile(r"\(?\d+\)?$")

_BOX_SIZES = {"width": Column.BOX_WIDTH, "height": Column.BOX_HEIGHT}

KNOWN_TABLES = {
    "filename,width,height,class,xmin,ymin,xmax,ymax": "TensorFlow Object Detection API",
    "imageid,source,labelname,confidence,xmin,xmax,ymin,ymax,isoccluded,istruncated,isgroupof,isdepiction,isinside": (
        "Open Images"
    ),
    "imageid,xmin,xmax,ymin,ymax,classname,folder": "Snacks",
    "image,id,name,xmin,xmax,ymin,ymax": "Simple Image Annotator",
    "filename,celltype,xmin,xmax,ymin,ymax": "BCCD",
    "frame,xmin,xmax,ymin,ymax,classid": "frames with class numbers",
    "image,xmin,ymin,xmax,ymax,label": "VoTT",
    "labelname,bboxx,bboxy,bboxwidth,bboxheight,imagename,imagewidth,imageheight": "makesense",
    "filename,filesize,fileattributes,regioncount,regionid,regionshapeattributes,regionattributes": "VIA",
    "name,id,label,xmin,xmax,ymin,ymax": "Turi Create",
    "imageid,width,height,bbox,source": "Kaggle",
    "imageid,xmin,ymin,xmax,ymax,label": "Luminoth",
    "imgname,label,xmin,ymin,xmax,ymax": "banana",
}


def plain(name: str) -> str:
    return re.sub(r"[^0-9a-z()]", "", name.strip().lower())


def known_title(header: Sequence[str]) -> str:
    """Of the known table whose columns these begin with: programs add their own behind."""
    names = ",".join(map(plain, header)) + ","
    return next((title for known, title in KNOWN_TABLES.items() if names.startswith(known + ",")), "")


def columns_named(header: Sequence[str]) -> tuple[Column, ...]:
    """What each column means by its name alone; NOTHING where the name says nothing."""
    names = [plain(name) for name in header]
    wide = [_NUMBERED.sub("", name) for name in names] if sum(name.endswith("(1)") for name in names) >= 4 else names
    found = [_MEANINGS.get(name, Column.NOTHING) for name in wide]
    _take_loose_names(wide, found)
    return tuple(_once(found) if wide is names else found)


def _take_loose_names(names: list[str], found: list[Column]) -> None:
    """Names that mean one thing or another, after what else there is."""
    for at, name in enumerate(names):
        if name in ("x", "bboxx"):
            found[at] = Column.XMIN
        elif name in ("y", "bboxy"):
            found[at] = Column.YMIN
        elif name == "name":
            found[at] = Column.IMAGE if Column.IMAGE not in found else Column.CLASS
    if Column.CLASS not in found:
        for at, name in enumerate(names):
            if name in ("classid", "labelid", "categoryid") and Column.CLASS not in found:
                found[at] = Column.CLASS
    has_edges = {Column.XMAX, Column.YMAX} <= set(found) or Column.BOX_XYWH in found
    of_image = has_edges or Column.BOX_WIDTH in found
    sizes = {"width": Column.WIDTH, "height": Column.HEIGHT} if of_image else _BOX_SIZES
    for at, name in enumerate(names):
        found[at] = sizes.get(name, found[at])
    if has_edges and Column.WIDTH not in found:  # a table of edges has the image's size as w, h
        for at, name in enumerate(names):
            if name in ("w", "h"):
                found[at] = Column.WIDTH if name == "w" else Column.HEIGHT


def _once(found: list[Column]) -> list[Column]:
    """The first of several that mean the same."""
    seen: set[Column] = set()
    kept = []
    for column in found:
        kept.append(Column.NOTHING if column in seen else column)
        seen.add(column)
    return kept
