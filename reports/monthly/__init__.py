"""The monthly report: page, paper and workbook from the same figures."""
