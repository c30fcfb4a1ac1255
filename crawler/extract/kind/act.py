"""What a title or heading does: the first act it names is what the page announces, or why the page is no notice."""

from dataclasses import dataclass

from crawler.extract.text.cue import Cue, CueTable
from timthau.model.notice import NoticeKind as Kind


@dataclass(frozen=True)
class Act:
    """A kind of notice, or None for what is never one; `alone` when the words say it without a "Thông báo" before."""

    kind: Kind | None
    alone: bool = True


_REFUSED = Act(None)
# What is cancelled or changed; some of it is so in hiring papers and programmes too, which `kind` looks into.
_CALLED_OFF = (
    r"(thong bao|yeu cau|thu moi|moi|goi|goi thau|dau thau|thau|bao gia|chao gia|chao hang|tiep nhan|nhan|dau gia"
    r"|ket qua|ke hoach|tbmt|e-tbmt|lua chon|mua sam|hsmt|e-hsmt|chi dinh|ban (dau gia|thanh ly|tai san))"
)
_CHANGED = (
    r"(thoi gian|thoi han|thoi diem|dia diem|dia chi|han|ngay|lich|gio|thong bao|yeu cau|thu moi|moi|goi thau|e-hsmt"
    r"|hsmt|hsyc|ho so|danh muc|ke hoach|tbmt|e-tbmt|dong thau|mo thau|nhan|nop|tiep nhan|thong tin|noi dung|thong so"
    r"|dau gia|cuoc|phien|buoi|dau thau|cong van|quyet dinh|ket qua|so luong|bao gia|chao gia|viec|du toan|gia goi"
    r"|gia khoi diem|khoi luong)"
)
_FILLER = (
    r"( (viec|thong bao|ket qua|to chuc|thuc hien|tiep tuc|mot phan|mot so|toan bo|lai|cuoc|cac|noi dung|lan \w+"
    r"|\(lan \w+\)|va|,)){0,12}"
)
_APPRAISED = (
    r"( (cac|quy|dich vu|goi thau|goi|tu van|to chuc|don vi|cong ty|co chuc nang|cho|ve viec|thue|thuc hien|cung cap"
    r"|cong tac|lua chon|viec|tham gia|doanh nghiep|bao gia|chao gia|chao phi|bao phi|phi)){0,12} tham dinh gia"
)

#: Who does a work, by what is done: "đơn vị thi công", "công ty vận chuyển".
DOERS = (
    r"(?:don vi|cong ty|doi tac|doanh nghiep) (?:thi cong|sua chua|cai tao|lap dat|bao tri|bao duong|in|in an"
    r"|van chuyen|xu ly|thu gom|thiet ke|kiem dinh|hieu chuan|ve sinh|bao ve|giat|nau an|cho thue xe|kham suc khoe"
    r"|to chuc (?:hoi cho|trien lam|su kien|le|hoi nghi|hoi thao|tham quan))\b"
)

#: Where two begin at the same word, the earlier row counts.
ACTS: CueTable[Act] = CueTable(
    Cue(
        _REFUSED,
        r"((lay|xin) y kien|gop y)( (gop y|rong rai|nhan dan|cu tri|cong dong|cac|ve|doi voi|vao|cho|du thao)){0,6}"
        r" (bang gia|gia dat|quy hoach|do an|de an|nghi quyet|quyet dinh|quy (che|dinh)|luat|nghi dinh|thong tu)",
        "lấy ý kiến dự thảo bảng giá đất",
    ),
    Cue(
        Act(Kind.CANCELLATION),
        rf"(huy bo|huy|bai bo|tam dung|dung|tam ngung|ngung|cham dut|thu hoi|khong (to chuc|thuc hien"
        rf"|trien khai|tiep tuc)){_FILLER} {_CALLED_OFF}",
        "hủy thông báo mời thầu",
        spelled="không|hủy|huỷ|dừng|ngừng|ngưng|chấm dứt|bãi bỏ|thu hồi",
    ),
    Cue(
        Act(Kind.CANCELLATION),
        r"khong (lua chon|chon) duoc (nha thau|don vi|nha cung cap)"
        r"|khong co (nha thau|don vi|cong ty|nha cung cap)( nao)? (trung|tham|dap ung|nop|gui|chao)",
        "không lựa chọn được nhà thầu",
    ),
    Cue(
        Act(Kind.CANCELLATION),
        r"rut( lai)? (e-|goi thau|ho so moi|hsmt|hsyc|thong bao moi|thu moi|tbmt|yeu cau bao)",
        "rút hồ sơ mời thầu",
        spelled="rút",
    ),
    Cue(
        Act(Kind.AMENDMENT),
        rf"(gia han|dieu chinh|sua doi|bo sung|thay doi|lui|(tam )?hoan|keo dai|doi)(, (sua doi|bo sung"
        rf"|dieu chinh))?{_FILLER} {_CHANGED}",
        "gia hạn thời gian tiếp nhận báo giá",
        spelled="gia hạn|điều chỉnh|sửa đổi|bổ sung|thay đổi|lùi|hoãn|kéo dài|dời|đổi",
    ),
    Cue(
        Act(Kind.AMENDMENT),
        r"(chua|khong) mo (thau|ho so) (theo|dung|vao|duoc)",
        "không mở thầu theo lịch",
        spelled="mở",
    ),
    Cue(Act(Kind.AMENDMENT), r"gia han$", "thông báo gia hạn", spelled="gia hạn"),
    Cue(
        Act(Kind.AMENDMENT),
        r"thay the (cho )?(thong bao|thu moi|yeu cau bao|cong van|tbmt|e-hsmt|hsmt)",
        "thay thế thư mời",
    ),
    Cue(Act(Kind.AMENDMENT), r"dinh chinh", "đính chính", spelled="đính chính"),
    Cue(Act(Kind.OTHER), r"bien ban (mo|danh gia) (thau|ho so|hsdt|e-hsdt|ky thuat)", "biên bản mở thầu"),
    Cue(
        Act(Kind.OTHER),
        r"ket qua (mo|danh gia)( ve)? (thau|ho so|hsdt|e-hsdt|ky thuat)",
        "kết quả mở thầu",
    ),
    Cue(
        Act(Kind.OTHER),
        r"(thoi (gian|diem)|lich|ngay)( to chuc)? mo (thau|ho so|hsdt|e-hsdt|bao gia|chao gia)"
        r"|(?<!duoc )moi( nha thau| don vi| cong ty)?( den)? thuong thao( hoan thien)? hop dong",
        "thời gian mở hồ sơ báo giá",
        spelled="mở|thương",
    ),
    Cue(
        Act(Kind.AWARD),
        r"(cong nhan )?ket qua( (phe duyet|thuc hien|cong tac|viec|to chuc|moi)){0,12} (lua chon"
        r"|dau thau(?! trai phieu| tin phieu"
        r"| vang)|chi dinh|chao hang|chao gia|bao gia|lcnt|cham thau"
        r"|trung (thau|dau gia|chao gia|chao hang|bao gia)|mua sam|mua (?!ban)|xet thau|moi thau"
        r"|chon|xet( chon| duyet)? (nha thau|nha cung|don vi|bao gia|chao gia|ho so (bao|chao|du thau)))",
        "kết quả lựa chọn nhà thầu",
    ),
    Cue(Act(Kind.AWARD, alone=False), r"ket qua (cuoc |phien |ban )?dau gia", "kết quả đấu giá"),
    Cue(
        Act(Kind.AWARD, alone=False), r"(chap thuan (hsdt|ho so( du thau)?) va )?trao (hop dong|thau)", "trao hợp đồng"
    ),
    Cue(
        Act(Kind.AWARD),
        r"hoan (thanh|tat)( viec| cong tac| qua trinh){0,2} (lua chon nha thau|dau thau)",
        "hoàn thành lựa chọn nhà thầu",
    ),
    Cue(Act(Kind.AWARD), r"kqlcnt", "KQLCNT"),
    Cue(
        Act(Kind.AWARD),
        r"bien ban[^.;:]{0,60} xet chon (bao gia|chao gia)|bien ban[^.;:]{0,40} xet chon (nha thau|don vi|nha cung cap)"
        r"|(mo|xet|cham|so sanh|danh gia) (bao gia|chao gia|ho so( \w+){0,3}) (va|,) (lua chon|xet chon|chon)"
        r" (nha thau|don vi|nha cung cap)",
        "biên bản mở báo giá và lựa chọn đơn vị cung cấp",
    ),
    Cue(
        Act(Kind.AWARD),
        r"cong nhan( [\w&-]+){1,15} (la )?((don vi|nha thau|nha cung cap) )?trung (thau|goi|chao|dau gia)",
        "công nhận Công ty A trúng thầu",
    ),
    Cue(
        Act(Kind.AWARD),
        r"(phu luc|danh muc|dm|bang|danh sach|bang ke|chi tiet)( (?!ke hoach|moi|du kien)[\w,]+){0,12}"
        r" trung (thau|chao gia|chao hang|bao gia)",
        "danh mục thuốc trúng thầu",
    ),
    Cue(
        Act(Kind.AWARD),
        r"(cong khai|cong bo|thong bao|danh muc|bang)( (ve|danh muc|bang)){0,3} ((don )?gia )?trung (thau|chao|bao)",
        "công khai đơn giá trúng thầu",
    ),
    Cue(
        Act(Kind.AWARD),
        r"(don vi|nha thau|cong ty|nha cung cap)(( duoc)? trung (thau|goi|chao|bao gia|dau gia|tuyen)"
        r"| duoc (lua )?chon)",
        "đơn vị trúng chào giá",
    ),
    Cue(
        Act(Kind.AWARD),
        r"(danh sach|danh muc)[^,.;:]{0,40} (trung (thau|dau gia|chao|bao gia|goi)|duoc (lua )?chon)",
        "danh mục thuốc trúng thầu",
    ),
    Cue(
        Act(Kind.OTHER, alone=False),
        r"danh sach (cac )?(khach hang|nguoi|nha thau|don vi|to chuc|ca nhan|cong ty)[^.;:]{0,60} (du dieu kien"
        r"|khong du"
        r"|dap ung|khong dap ung|tham gia|dat|vuot qua)",
        "danh sách nhà thầu đáp ứng yêu cầu về kỹ thuật",
    ),
    Cue(
        Act(Kind.PLAN),
        r"(phe duyet (?!ket qua|ho so|e-|hsmt|hsyc)([^\W\d]+,? ){1,40}?)?"
        r"(?<!co )ke hoach( (tong the|dieu chinh|ve viec|ve|thuc hien))? (lua chon (nha thau|nha dau tu)|lcnt"
        r"|dau thau(?! trai phieu| tin phieu"
        r"| vang)|mua sam|chon nha thau)"
        r"|khlcnt|(phe duyet|cong khai)( (dieu chinh|bo sung)){0,12} (du toan|ke hoach|chu truong) (mua|goi|va ke"
        r"|dau thau|lua chon)",
        "kế hoạch lựa chọn nhà thầu",
    ),
    Cue(
        Act(Kind.OTHER),
        r"((phe duyet|cong bo) )?danh sach (ngan|xep hang)( cac)? (nha thau|goi thau)",
        "danh sách ngắn nhà thầu",
    ),
    Cue(
        Act(Kind.OTHER),
        r"phe duyet (e-|ho so |cac )*(hsmt|hsyc|hsmtg|hsmqt|moi|yeu cau)|((tra loi|giai dap)( (yeu cau|de nghi|cac"
        r"|cau hoi|van ban|cua nha thau|ve|viec)){0,12} )?lam ro (e-|ho so |noi dung )*(hsmt|hsyc|moi|yeu)",
        "phê duyệt hồ sơ mời thầu",
    ),
    Cue(
        Act(Kind.AUCTION),
        r"(lua chon|chon|moi|thue|tim)( (don vi|to chuc|cong ty|doanh nghiep|nha|cung cap|cung ung|hanh nghe"
        r"|co chuc nang"
        r"|thuc hien|dich vu|tham gia|viec)){0,12} (ban )?dau gia",
        "lựa chọn tổ chức đấu giá tài sản",
    ),
    Cue(
        Act(Kind.PRICE_APPRAISAL),
        rf"(moi|lua chon|chon|thue|tim|yeu cau|bao gia|chao gia){_APPRAISED}",
        "mời thẩm định giá",
    ),
    Cue(Act(Kind.PRICE_APPRAISAL, alone=False), r"tham dinh gia", "thẩm định giá"),
    Cue(
        Act(Kind.CONSULTANT_SELECTION),
        r"(chon|lua chon|tuyen chon|moi|tim( kiem)?|thue|tuyen)( (don vi|nha thau|thau|to chuc|cong ty|cac|ca nhan"
        r"|chuyen gia|dich vu|cung cap|goi thau|tham gia)){0,12} tu van"
        r"|(moi|bay to|the hien|thu)( bay to| nop ho so)? quan tam"
        r"|(moi|gui|nop|nhan)( gui| nop| nhan)? ho so nang luc.{1,60}tu van",
        "chọn đơn vị tư vấn",
    ),
    Cue(
        Act(Kind.INVITATION_TO_TENDER),
        r"moi (cac )?nha dau tu"
        r"|(thu )?moi( (tham gia|nop|gui)){0,12} de xuat(?! (cau hinh|tinh nang|thong so|danh muc|y kien))"
        r"|thi tuyen phuong an (kien truc|thiet ke|quy hoach)"
        r"|moi (nhan|chao) thau|tuyen chon (cac )?nha thau(?! tu van)"
        r"|(moi|gui|nop|nhan)( gui| nop| nhan)? ho so nang luc(?!.{0,60}(tu van|tham dinh gia|bao gia|chao gia))"
        r"|(thu )?moi( (tham gia|tham du|nop ho so|cac nha thau|nha thau|cac don vi)){0,12} (so tuyen"
        r"|dau thau|thau|du thau|goi thau)|(moi )?chao hang canh tranh|e-tbmt|tbmt|(moi|nop|phat hanh"
        r"|nhan)( nhan| nop)? (ho so (du thau|moi thau|yeu cau|de xuat(?! (de tai|nhiem vu|sang kien|y tuong))"
        r"|chao hang|chao thau|tham gia (cung cap"
        r"|cung ung|thuc hien|goi))|hsdt|e-hsdt|hsmt|e-hsmt"
        r"|hsyc|hsdx)",
        "mời thầu",
    ),
    Cue(
        Act(Kind.INVITATION_TO_TENDER),
        r"(e-)?(ho so moi thau|hsmt|ho so yeu cau|hsyc)( (cua|cho|ve viec))?:? (goi|mua|cung cap|thi cong|xay dung"
        r"|sua chua"
        r"|thue)\b",
        "hồ sơ mời thầu gói thầu",
    ),
    # A form of tender on the portal, not a letter that asks for prices.
    Cue(
        Act(Kind.INVITATION_TO_TENDER),
        r"((thu )?moi |tham gia |to chuc )*chao gia truc tuyen( theo quy trinh)?( rut gon| thong thuong|:? goi thau)",
        "chào giá trực tuyến rút gọn",
    ),
    Cue(
        Act(Kind.REQUEST_FOR_QUOTATION),
        r"(yeu cau|moi|de nghi|tiep nhan|thu thap|lay|nhan|gui|cung cap|xin|nop|dang tai|khao sat"
        r"|tham khao)( (?!thau\b)[\w,/]+){0,8}? (bao gia|chao gia|bang gia|thu gia)|ycbg|tmbg|ycgb|(thu )?chao gia"
        r"|can bao gia|thong bao bao gia|cung cap( (thong tin|va|,)){0,12} (bang )?gia(?! (do|ke|treo|de|sach)\b)",
        "yêu cầu các nhà cung cấp gửi báo giá",
        spelled="giá|gía|ycbg|tmbg|ycgb",  # none in "thông báo gia hạn"
    ),
    Cue(
        Act(Kind.REQUEST_FOR_QUOTATION),
        r"(request|invitation|call) for (price )?quotations?"
        r"|(invites?|requests?|seeks?|inviting)( \w+){0,4} quotations?",
        "Request for Quotation",
    ),
    Cue(
        Act(Kind.INVITATION_TO_TENDER),
        r"(invitation|call|request) (to|for) (submit )?(bids?|bidding|tenders?|proposals?)"
        r"|(invites?|inviting)( \w+){0,4} (bids?|bidders|tenders?|tenderers|proposals?)",
        "Invitation for Bids",
    ),
    Cue(
        Act(Kind.REQUEST_FOR_QUOTATION),
        r"(thu )?moi chao hang"
        r"|(moi|tim|tim kiem|lua chon|chon)( (cac|don vi|nha|dang ky|tham gia)){0,12} (cung cap|cung ung)(?! thong tin)"
        r"|tim( kiem)? nguon (cung|hang|mua)"
        r"|nhu cau mua sam"
        r"|(khao sat|tham khao|chao|khao)( (thong tin|muc|bang|don|va|,)|,){0,4} gia\b(?! (tri|dinh|nhap|han))",
        "lựa chọn đơn vị cung cấp",
    ),
    Cue(
        Act(Kind.REQUEST_FOR_QUOTATION, alone=False),
        r"bao gia|nha cung cap|chao hang",
        "báo giá",
        spelled="giá|gía|nhà|chào",
    ),
    # Market soundings: the body may ask for prices too.
    Cue(
        Act(Kind.OTHER, alone=False),
        r"((xin |lay )?(y kien )?gop y|xay dung|tham gia y kien|(lay|xin) y kien|de xuat)"
        r"( (\w+|,|/)){0,6} (cau hinh|tinh nang|thong so"
        r"|yeu cau ky thuat"
        r"|tieu chi ky thuat|tieu chuan ky thuat)",
        "góp ý dự thảo cấu hình",
    ),
    # What is no notice, however much it speaks of tenders.
    Cue(
        _REFUSED,
        r"bao cao( \w+){0,4} (nhu cau|mua sam|tinh hinh|ket qua)"
        r"|(tong hop|dang ky|so lieu)( \w+){0,4} (nhu cau|mua sam|tinh hinh)",
        "báo cáo nhu cầu",
    ),
    Cue(_REFUSED, r"ket luan (cuoc )?(thanh tra|kiem tra|kiem toan)", "kết luận thanh tra"),
    Cue(_REFUSED, r"(danh sach|chuyen muc)( cac)? (thong bao|thu moi|tin)", "danh sách thông báo"),
    Cue(
        _REFUSED,
        r"tuyen dung|tuyen sinh|thi tuyen(?! phuong an)|xet tuyen|viec lam|du tuyen|thuc tap sinh|hoi thao|hoi nghi"
        r"|tap huan"
        r"|hoi thi|hop bao|toa dam|dai hoi|khoa hoc cong nghe cap|de tai",
        "tuyển dụng viên chức",
    ),
    Cue(
        _REFUSED,
        r"(?<!theo )(?<!dung )(huong dan|cach|cac buoc|quy trinh|quy che|quy dinh|thu tuc|trinh tu|luat|nghi dinh"
        r"|thong tu|nghi quyet|du thao|diem moi|tim hieu|khai niem|kinh nghiem"
        r"|(?<!bang )tong hop(?! ket qua (lua chon|chao|mua|dau thau|xet|trung))"
        r"|phan biet|hoi dap"
        r"|giai dap|luu y|bai giang|tieu luan)",
        "hướng dẫn đăng nhập",
        spelled="hướng dẫn|cách|các bước|quy |thủ tục|trình tự|luật|nghị|thông tư|dự thảo|điểm mới|tìm hiểu|khái niệm"
        "|kinh nghiệm|tổng hợp|phân biệt|đáp|lưu ý|bài giảng|tiểu luận",
    ),
    Cue(
        _REFUSED,
        r"mau (so|thu|bao gia|ho so|to trinh|quyet dinh|bien ban|hop dong|don|thong bao|bang|yeu cau|phieu)",
        "mẫu hồ sơ mời thầu",
        spelled="mẫu",
    ),
    # How others buy is looked into: "Kế hoạch kiểm tra công tác đấu thầu".
    Cue(
        _REFUSED,
        r"(kiem tra|thanh tra|chan chinh|tang cuong|nang cao|ra soat|quan ly nha nuoc)( (\w+|,|/)){0,6}"
        r" (dau thau|mua sam|lua chon nha thau|dau gia)",
        "kiểm tra công tác đấu thầu",
    ),
    Cue(
        _REFUSED,
        r"hien mau|tiem chung|ban tin|ket noi (cung cau|giao thuong)|lich (kham|truc|nghi|tiep)|bang gia"
        r"|gia dich vu|khai truong|le (ky|trao|khanh|khoi|ra mat)|chuc mung|thu cam on|canh (bao|giac)|(gia|mao) danh"
        r"|lua dao"
        r"|phong chong|phau thuat thanh cong|khoi to|bat tam giam|xet xu"
        r"|khuyen mai|sai pham|vi pham|bo nhiem|giao ban|so ket|tong ket|kham suc khoe mien phi",
        "lịch khám bệnh",
        spelled=r"hiến|tiêm|bản tin|kết nối|lịch|bảng giá|giá dịch|khai|lễ|mừng|thư|cảnh|danh|lừa"
        r"|phòng chống|phòng, chống|phẫu|khởi|bắt|xét|khuyến"
        r"|sai|vi"
        "|bổ|giao|sơ|tổng|khám",
    ),
    Cue(
        _REFUSED,
        r"(moi|giay moi)( du| tham du)? hop(?! (tac|dong))"
        r"|^(cuoc |phien )?hop (hoi dong|ban|to|giao|trien khai)|de thi|chung chi|sat hach|tap su|dau gia vien"
        r"|cong no|khen thuong|tien do",
        "đề thi chứng chỉ",
    ),
    # What the State and banks sell so is no purchase.
    Cue(
        _REFUSED,
        r"(dau thau|dau gia|chao ban|phat hanh)( \w+){0,2} (trai phieu|tin phieu|cong trai|vang (mieng|sjc)|ngoai te"
        r"|bien so (xe|o to|dep))",
        "đấu thầu trái phiếu Chính phủ",
    ),
    Cue(_REFUSED, r"dau gia[^,.;:]{0,40} (gay quy|tu thien)", "đấu giá tranh gây quỹ", spelled="quỹ|từ thiện"),
    # Words of the field that announce something only after "Thông báo", or above the particulars of a notice.
    Cue(
        Act(Kind.AWARD, alone=False),
        r"trung (thau|dau gia)|chi dinh (thau|don vi|nha thau|nha cung cap)",
        "chỉ định thầu",
    ),
    Cue(
        Act(Kind.AWARD, alone=False),
        r"ky (ket )?hop dong (mua|cung cap|cung ung|thi cong|goi thau|thue|in|sua chua)",
        "ký hợp đồng mua sắm",
        spelled="ký",
    ),
    Cue(Act(Kind.AUCTION, alone=False), r"ban [^,.;:]{1,60} thanh ly", "bán xe thanh lý", spelled="bán"),
    Cue(
        Act(Kind.AUCTION, alone=False),
        r"dau gia|(ban )?(tai san )?thanh ly|ban (phe lieu|vat tu thu hoi)|chao ban|nhuong ban|ban canh tranh"
        r"|chuyen nhuong|bo phieu kin",
        "bán đấu giá",
        spelled="giá|thanh lý|thanh lí|bán|chuyển|phiếu",
    ),
    Cue(
        Act(Kind.REQUEST_FOR_QUOTATION, alone=False),
        r"(can|(co )?nhu cau) (mua|thue)( sam)?",
        "cần mua",
        spelled="cần mua|cần thuê|nhu cầu",
    ),
    Cue(
        Act(Kind.INVITATION_TO_TENDER, alone=False),
        r"dau thau|du thau|ho so (moi thau|yeu cau)|e-hsmt|hsmt|hsyc",
        "đấu thầu",
    ),
    Cue(
        Act(Kind.INVITATION_TO_TENDER, alone=False),
        rf"(lua chon|chon|tim)( cac)? (nha thau|{DOERS})",
        "lựa chọn nhà thầu",
    ),
    Cue(
        Act(Kind.OTHER, alone=False),
        r"(muon|dat)(,? (va|hoac|muon|dat|thue|hoac muon)){0,3} (may|thiet bi|he thong)|cho thue|moi thue"
        r"|hop tac kinh doanh|hop tac dau tu|(moi|tim|chon)( (cac|don vi|doi tac|cong ty"
        r"|nha dau tu)){0,12} hop tac",
        "cho thuê mặt bằng",
    ),
    Cue(Act(Kind.OTHER, alone=False), r"goi thau|mua sam|(general )?procurement notice", "gói thầu"),
)
