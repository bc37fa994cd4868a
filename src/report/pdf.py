# Reads HTML from standard input, writes PDF to standard output. Nothing is fetched: a paper holds
# all it needs, and an address in it that asks for anything else fails the paper.
import inspect
import sys
import weasyprint

def refuse(url, *rest, **more):
    raise ValueError("a paper may fetch nothing")

page = weasyprint.HTML(string=sys.stdin.buffer.read().decode("utf-8"), base_url=None, url_fetcher=refuse)
# weasyprint 58 renamed the argument
name = "variant" if "variant" in inspect.signature(page.write_pdf).parameters else "pdf_variant"
sys.stdout.buffer.write(page.write_pdf(**{name: "pdf/ua-1"}))
