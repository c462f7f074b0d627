"""The papers of a quarter and a year: sentences, tables, PDF and workbook from the same figures."""
