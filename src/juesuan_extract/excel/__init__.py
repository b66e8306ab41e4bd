"""An output folder as an Excel workbook: of a batch with all documents below one another, of one document as printed."""

from juesuan_extract.excel.export import Exported, export

__all__ = ["Exported", "export"]
