"""An .xlsx of the least that one needs, for the tests of imports."""
import html
import zipfile


def column_name(c):
    return chr(65 + c) if c < 26 else chr(64 + c // 26) + chr(65 + c % 26)


def workbook(path, sheets, mode=""):
    """An .xlsx of the least that one needs; text goes through the shared strings."""
    strings = []

    def cell(at, value):
        if isinstance(value, int):
            return f'<c r="{at}"><v>{value}</v></c>'
        strings.append(value)
        return f'<c r="{at}" t="s"><v>{len(strings) - 1}</v></c>'

    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for i, rows in enumerate(sheets):
            lines = [f'<row r="{r}">' + "".join(cell(f"{column_name(c)}{r}", value) for c, value in enumerate(row) if value != "") + "</row>"
                     for r, row in enumerate(rows, 1) if row]
            package.writestr(f"xl/worksheets/sheet{i + 1}.xml", f"<worksheet {main}><sheetData>{''.join(lines)}</sheetData></worksheet>")
        names = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId{i}"/>' for i in range(1, len(sheets) + 1))
        package.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
                                            f"{mode}<sheets>{names}</sheets></workbook>")
        parts = "".join(f'<Relationship Id="rId{i}" Type="sheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1))
        package.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{parts}</Relationships>')
        texts = "".join(f"<si><t>{html.escape(text)}</t></si>" for text in strings)
        package.writestr("xl/sharedStrings.xml", f"<sst {main}>{texts}</sst>")
