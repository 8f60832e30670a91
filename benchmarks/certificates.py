"""A thousand certificates in one PDF: our writer against the bare library, and its memory.

    python benchmarks/certificates.py [COUNT]

The bare library draws the same pages by itself: the same pictures, texts and sizes at fixed
places, and QR matrices of the same mask; nothing is measured, shrunk or shared. Each runs in a
fresh process, three times in turn; the ratio is that of the medians. Peak memory is that of a
fresh process, less what the imports take alone.
"""

from __future__ import annotations

import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import segno  # noqa: E402
from PIL import Image  # noqa: E402
from reportlab.lib.colors import HexColor  # noqa: E402
from reportlab.lib.utils import ImageReader  # noqa: E402
from reportlab.pdfbase import pdfmetrics  # noqa: E402
from reportlab.pdfbase.ttfonts import TTFont  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

from vlms.academy.exports.certificate_layouts import HEIGHT, LAYOUTS, WIDTH  # noqa: E402
from vlms.academy.exports.certificates import Look, Paper, write_certificates  # noqa: E402

NAMES = ("王小明", "陳美玲", "歐陽司馬", "林志豪", "張雅婷")
LATIN = ("WANG, HSIAO-MING", "CHEN, MEI-LING", "OUYANG, SIMA", "LIN, CHIH-HAO", "CHANG, YA-TING")
FONTS = {
    "NotoSansTC": "NotoSansTC-Regular.ttf",
    "NotoSansTC-Bold": "NotoSansTC-Bold.ttf",
}


def picture(width: int, height: int) -> bytes:
    """A picture with many colours, as a logo is."""
    made = Image.radial_gradient("L").resize((width, height)).convert("RGBA")
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def papers(count: int) -> Iterator[Paper]:
    look = Look("classic", "林文山", "院長 Dean", picture(600, 200), picture(500, 160))
    for n in range(count):
        yield Paper(
            number=f"C-2026-{n + 1:06d}",
            name=NAMES[n % 5],
            latin_name=LATIN[n % 5],
            school_name="示範大學管理學院",
            latin_school_name="School of Management, Demo University",
            title_en="Data Analysis with Excel",
            title_zh="Excel 資料分析實務",
            hours=36,
            completed_on=date(2026, 3, 2),
            link=f"https://vlms.example.edu.tw/certificates/{n:022d}",
            look=look,
        )


def write_ours(count: int, path: Path) -> None:
    with path.open("wb") as out:
        write_certificates(papers(count), out)


def write_bare(count: int, path: Path) -> None:
    """The same pages with what reportlab and segno offer by themselves."""
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(ROOT / "static/fonts" / file)))
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), pageCompression=1)
    pictures: dict[bytes, ImageReader] = {}
    for paper in papers(count):
        LAYOUTS["classic"].frame(canvas)
        for image, box in (
            (paper.look.logo, (293.4, 487.6, 255.1, 56.7)),
            (paper.look.signature, (79.4, 87.9, 208.6, 59.5)),
        ):
            assert image is not None
            reader = pictures.setdefault(image, ImageReader(io.BytesIO(image)))
            canvas.drawImage(reader, *box, mask="auto", preserveAspectRatio=True)
        canvas.line(79.4, 85, 288, 85)
        for y, text, font, size in bare_texts(paper):
            canvas.setFillColor(HexColor("#1c1f24"))
            canvas.setFont(font, size)
            canvas.drawCentredString(WIDTH / 2, y, text)
        _bare_qr(canvas, paper.link)
        canvas.showPage()
    canvas.save()


def bare_texts(paper: Paper) -> Iterator[tuple[float, str, str, float]]:
    """The sixteen lines of a page at their places."""
    bold, plain = "NotoSansTC-Bold", "NotoSansTC"
    yield 460, paper.school_name, bold, 19
    yield 442, paper.latin_school_name, plain, 12
    yield 400, "結業證書", bold, 34
    yield 375, "Certificate of Completion", plain, 16
    yield 345, "茲證明　This is to certify that", plain, 11.5
    yield 305, paper.name, bold, 34
    yield 280, paper.latin_name, plain, 18
    yield 255, "已修畢下列課程　has completed the course", plain, 11.5
    yield 230, paper.title_zh, bold, 21
    yield 210, paper.title_en, plain, 14
    yield 190, f"共 {paper.hours} 小時　{paper.hours} hours", plain, 11
    yield 175, "結業日期：2026 年 3 月 2 日　Completed on 2 March 2026", plain, 11
    yield 75, paper.look.signer_name, bold, 10.5
    yield 65, paper.look.signer_title, plain, 8.5
    yield 55, f"證書字號 {paper.number}　No. {paper.number}", plain, 8.5
    yield 45, "掃描驗證真偽　Scan to verify", plain, 8.5


def _bare_qr(canvas: Canvas, link: str) -> None:
    """One rectangle a run of dark modules, as guides to the library draw a QR."""
    matrix = segno.make_qr(link, error="m", boost_error=False, mask=3).matrix
    module = 85.0 / (len(matrix) + 8)
    for row, modules in enumerate(matrix):
        y = 136.1 - (row + 5) * module
        start = None
        for column, value in enumerate([*modules, 0]):
            if value & 1 and start is None:
                start = column
            elif not value & 1 and start is not None:
                x = 677.5 + (start + 4) * module
                canvas.rect(x, y, (column - start) * module, module, stroke=0, fill=1)
                start = None


WAYS = {"ours": write_ours, "bare": write_bare}


def run_child(way: str, count: int) -> None:
    """Print seconds, megabytes of memory and of the file, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificates.pdf"
        before = time.perf_counter()
        if way in WAYS:
            WAYS[way](count, path)
        seconds = time.perf_counter() - before
        size = path.stat().st_size / 1e6 if path.exists() else 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.3f} {peak:.1f} {size:.2f}")


def measure(way: str, count: int) -> tuple[float, float, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", way, str(count)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak, size = map(float, done.stdout.split())
    return seconds, peak, size


def main(count: int) -> None:
    base = measure("imports", count)[1]
    found: dict[str, list[tuple[float, float, float]]] = {"ours": [], "bare": []}
    for _turn in range(3):
        for way, runs in found.items():
            runs.append(measure(way, count))
    median = {way: statistics.median(run[0] for run in runs) for way, runs in found.items()}
    for way, runs in found.items():
        peak = max(run[1] for run in runs) - base
        told = f"{median[way]:6.2f} s, {peak:5.0f} MB over the imports, file {runs[0][2]:.1f} MB"
        print(f"{way}: {count} certificates in one PDF: {told}")
    print(f"ratio ours/bare: {median['ours'] / median['bare']:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
