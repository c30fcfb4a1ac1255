"""An article on its way to a notice."""

from functools import cached_property

from crawler.extract.document import Article
from crawler.extract.kind.genre import is_guide
from crawler.extract.kind.kind import classify
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind


class Paper:
    """An article with its title and body as passages and the kind that these two say; None for no notice."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.title = FoldedPassage(article.title)
        self.body = FoldedPassage(article.text)

    @cached_property
    def kind(self) -> NoticeKind | None:
        return classify(self.title, self.body)

    def is_guide(self) -> bool:
        """Whether it tells people how to do something."""
        return is_guide(self.article.title, self.article.text)
