"""The report of a period as documents: PDF, spreadsheet, CSV and JSON, all from one `ReportModel`."""
