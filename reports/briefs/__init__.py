"""The daily and the half-monthly report on paper and as sheets: figures in, bytes out."""
