"""An output folder as an Excel workbook: a batch as lists, one document as printed."""

from juesuan_extract.excel.export import Exported, export

__all__ = ["Exported", "export"]
