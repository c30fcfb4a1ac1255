"""What the words around a sum say that it is."""

from enum import Enum, auto

from crawler.extract.text.cue import Cue, CueTable


class Worth(Enum):
    """What a sum is said to be; the higher value counts before the lower."""

    OTHER = 0
    BARE = auto()  # "Giá: …" alone, which says nothing of what for
    CEILING = auto()
    ESTIMATE = auto()
    PRICE = auto()
    TOTAL = auto()
    AWARD = auto()
    SUM = -1  # of the sums before it in its line, which say of what


WORTHS: CueTable[Worth] = CueTable(
    Cue(
        Worth.OTHER,
        r"\d{1,2}([.,]\d{1,2})? ?%( (cua|tong|gia|tri|du toan|muc|goi thau|khoi diem|hop dong|tai san|trung thau))*",
        "10% giá khởi điểm",
    ),
    Cue(
        Worth.CEILING,
        r"(tong )?(muc )?gia (chao|bao)\b[^.:]{0,90}? (khong (vuot qua|vuot|qua)|toi da)",
        "giá chào trọn gói không vượt",
    ),
    Cue(
        Worth.CEILING,
        r"(chi )?phi (dich vu|bao hiem)[^.;:]{0,40}? (toi da|khong (vuot qua|vuot|qua))"
        r"|gia dich vu( \w+){0,4}?\s?:?\s?(khong (vuot qua|vuot|qua)|toi da)"
        r"|(?<!tai san )(gia tri|tri gia|muc gia) (khong (vuot qua|vuot|qua)|toi da)"
        r"|(chi )?phi (dich vu |thue )?(tham dinh gia|tham dinh|tu van|giam sat|thuc hien)( \w+){0,3}? "
        r"(toi da|du kien|khong (vuot qua|vuot|qua)|duoc duyet)|muc (chi )?phi (toi da|cao nhat)",
        "phí dịch vụ thẩm định giá tối đa",
    ),
    Cue(
        Worth.OTHER,
        r"((bao|dam) dam|bao lanh)( du thau| thuc hien| tham gia)?( (co )?(tri gia|gia tri))?|ky quy|dat (truoc|coc)"
        r"|tien (mua|ban|dat)|(?<!chi )(?<!du toan )phi\b|le phi|chi phi (nop|dang|du(?! kien| toan| tru))"
        r"|(mua|ban) ho so|ho so\s?:|buoc gia|nop phat|tien giu|giu lai|bao hanh"
        r"|ho so (moi thau|yeu cau|moi chao hang)[^.;:]{0,80}(, ?| voi )gia"
        r"|von (dieu le|phap dinh|chu so huu)|so bo( \w+){0,2} chi phi( \w+){0,6}|doanh thu"
        r"|(?<!khong )vuot( qua)? (gia goi thau|du toan)|vuot( qua)?|duoi|khong qua"
        r"|ho tro( kinh phi)?|tai tro|ung ho"
        r"|tro len|(gia |gia tri )?(goi thau|hop dong|cong trinh|du an) tuong tu|thu nhap|luong\b"
        r"|don gia|lai suat|no\b|tam ung|giam gia|tien thue|(tong )?(gia tri|so tien) (tai san|bao hiem|tham gia)"
        r"|thue (gtgt|vat)[^:;]{0,12}:|tiet kiem|coc(?=\s?:|\s(la\s)?$)"
        r"|gia (du thau|tham gia|chao(?! toi da)|tham dinh|tri so sach|tri con lai)"
        r"|tong (muc|von) dau tu|gia tri (xay lap|xay dung)|chenh lech|nguyen gia|chao gia"
        r"|bao hiem( trach nhiem| nghe nghiep| tai san| cong trinh)+",
        "bảo đảm dự thầu",
    ),
    Cue(
        Worth.AWARD,
        r"(tong )?(gia|gia tri|so tien)( \w+){0,2} trung( thau| dau gia| tuyen)?"
        r"|gia( tri)?( ky( ket)?)? hop dong|gia( tri)? (duoc )?chi dinh( thau)?"
        r"|gia( tri)? (chao )?(duoc )?(lua )?chon(?=\s?:)|trung (thau|dau gia)( \w+){0,4} (voi )?(gia|so tien)"
        r"|(gia|gia tri) de nghi (trung|chi dinh)|gia (duoc )?phe duyet trung"
        r"|voi (gia|gia tri|so tien)(?! (goi|khoi|du |ke hoach|tran|san|toi))",
        "giá trúng thầu",
    ),
    Cue(
        Worth.AWARD,
        r"(trung (thau|chao gia|goi thau)|duoc (lua )?chon)\b[^.]{0,120}?[;,(-] ?gia( la)?(?=\s?:)",
        "trúng chào giá: Cửa hàng A; giá:",
    ),
    Cue(Worth.AWARD, r"hop dong\b[^.;:]{0,80} tri gia", "hợp đồng trị giá"),
    Cue(
        Worth.PRICE,
        r"(gia (tran|toi da|goi thau)|gia tri goi thau|(du toan|kinh phi|ngan sach)( \w+){1,2} duyet)( \w+){0,2}?\s?"
        r":?\s?(la )?khong (vuot qua|vuot|qua)",
        "giá trần: không vượt quá",
    ),
    Cue(
        Worth.CEILING,
        r"(tong )?(gia tri goi thau|du toan|kinh phi|ngan sach|chi phi (thue|mua|thuc hien))( \w+){0,9}?\s?:?\s?(la )?"
        r"(khong (vuot qua|vuot|qua)|toi da)|(tron goi|tong chi phi) (khong (vuot qua|vuot|qua)|toi da)",
        "tổng kinh phí không quá",
    ),
    Cue(Worth.OTHER, r"tong nguyen gia", "tổng nguyên giá"),
    Cue(
        Worth.TOTAL,
        r"tong( so)?( tien)? (du kien|uoc tinh|tam tinh)|(voi )?tong( cong)?( \w+){0,3} (gia|du toan|kinh phi|tri"
        r"|tien|gia tri)|tong cong|cong (gia tri )?(cac )?(goi( thau)?|lo|phan)(?=\s?:)",
        "tổng giá trị gói thầu",
    ),
    Cue(Worth.SUM, r"(tong|cong)( tien| ca)?( \d{1,3} [a-z]+)?(?=\s?(:|$))", "tổng 36 tháng: 576.000.000đ"),
    Cue(
        Worth.BARE, r"(^|(?<=[.;] ))(gia|gia tri|tri gia|so tien)(?=\s?:)|(^|(?<=; ))tri gia", "Giá: 1.234.567.890 VND"
    ),
    Cue(
        Worth.PRICE,
        r"gia( tri)? goi( (?!thau)[a-z]+){1,4}(?=\s?:)|gia( tri)? cua goi( thau)?( nay)?(?=\s?:)|gia tri mua sam"
        r"|tri gia goi thau|gia moi thau|chi phi thuc hien( goi thau)?|gia goi"
        r"|(gia|gia tri|muc gia)( \w+){0,3}? (goi thau|khoi diem|tran|toi da|toi thieu|ke hoach)"
        r"|goi thau (co )?gia|goi (thau\b|\d)((?! tuong tu)[^.;:]){0,120}? co (tong )?(gia|tri gia)(?=\s(la\s)?$)"
        r"|goi (thau\b|\d)[^.;]{0,120}[(,] ?gia( du kien)?(?=:|\s?:|\s?$)"
        r"|(tien|chi phi|muc thu|don gia)( \w+){0,4}? khoi diem|gia tai san (dua ra )?(ban )?dau gia",
        "giá gói thầu",
    ),
    Cue(
        Worth.PRICE,
        r"gia (ban(?= (tai san|thanh ly|tron|cua|lo|cu the|toi thieu)| niem yet|\s?:)|thanh ly)",
        "giá bán trọn lô",
    ),
    Cue(Worth.PRICE, r"gia san", "giá sàn", spelled="giá sàn"),  # no "giá trị tài sản"
    Cue(
        Worth.ESTIMATE,
        r"du toan|khai toan|du tru|(tong )?muc chi\b( du kien| toi da)?"
        r"|ngan sach( cua [a-z ]{3,40}?)?(?=\s?:)|ngan sach (toi da|tran|du kien|duoc duyet|cho (goi|viec|mua))"
        r"|kinh phi( (du kien|thuc hien|mua sam))?|((?<!tri )gia"
        r"|gia tri) \(?(du kien|uoc tinh|tam tinh|uoc)|\b(goi|goi thau|du an|cong trinh)\b[^.;:]{0,80} tri gia"
        r"|chi phi( (?!nop|dang|du thau)\w+){0,4}? (duoc duyet|du kien|uoc tinh|toi da)|chi phi (thue )?tu van"
        r"|thanh tien|(estimated|package|total|contract) (price|cost|value|budget)|budget"
        r"|du kien( tong)? gia tri hop dong",
        "dự toán",
    ),
)
