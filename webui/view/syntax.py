"""What the search box understands, by example; tests hold the examples to the parser."""

from webui.http.language import LazyText as _

#: Headings with examples: what is typed, and what it means.
GROUPS = (
    (
        _("Words"),
        (
            ("vat tu y te", _("all of the words, in any order; the same as “vật tư y tế”")),
            ('"thủy tinh thể"', _("these words in a row, with these accents")),
            ('máy siêu âm -"thú y"', _("without what follows the minus")),
            ('"nội soi" OR "siêu âm"', _("one or the other; OR in capitals")),
            ("kính*", _("words that begin like this")),
        ),
    ),
    (
        _("Fields"),
        (
            ('tinh:"Thanh Hóa" giường', _("only this province (also: province:)")),
            ('ben-moi-thau:"Bệnh viện Mắt Thanh Hóa"', _("only this buyer (also: chu-dau-tu:, buyer:)")),
            ("loai:moi-thau máy thở", _("only this kind of notice (also: kind:)")),
            ('linh-vuc:"hóa chất"', _("only notices that buy this (also: field:)")),
            ("han:>=25/11/2026", _("deadline on this day or later (also: deadline:)")),
            ("han:1/12/2026..15/12/2026", _("deadline between two days, both included")),
            ("gia:<=500tr", _("amount up to 500 million VND (also: amount:)")),
            ("gia:1ty..2,5ty hóa chất", _("amount between 1 and 2.5 billion VND")),
        ),
    ),
)
