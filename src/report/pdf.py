# Reads HTML from standard input, writes PDF to standard output. Nothing is fetched: a paper holds
# all it needs, and what an address in it asks for is refused. The argument is how many pages it may
# have (0: any number): letters shrink a little until it fits.
import inspect
import sys
import tempfile

# weasyprint makes a folder for fonts that a page brings; a paper brings none, and may have no place to write to
tempfile.mkdtemp = lambda *rest, **more: "/nonexistent"
import weasyprint

def refuse(url, *rest, **more):
    raise ValueError("a paper may fetch nothing")

most = int(sys.argv[1])
page = weasyprint.HTML(string=sys.stdin.buffer.read().decode("utf-8"), base_url=None, url_fetcher=refuse)
for size in [None] if most == 0 else [None, 11, 10, 9.5, 9, 8.5]:
    smaller = [] if size is None else [weasyprint.CSS(string="html { font-size: %spt !important }" % size)]
    # weasyprint 58 renamed the argument, and wants it when it lays out
    new = {"pdf_variant": "pdf/ua-1"} if "pdf_variant" in inspect.signature(page.write_pdf).parameters else {}
    document = page.render(stylesheets=smaller, **new)
    if most == 0 or len(document.pages) <= most:
        break
else:
    sys.exit("too many pages: %d instead of %d" % (len(document.pages), most))
sys.stdout.buffer.write(document.write_pdf(**(new or {"variant": "pdf/ua-1"})))
