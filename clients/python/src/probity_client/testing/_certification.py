"""Answers of the methods that check certifications: by subject, or by a certificate's number."""
from __future__ import annotations

from .. import v1
from ._book import Book, Failed, resolve, spelt
from ._wire import item_error_of

CHECK = "CertificationService/CheckCertification"


class Certifications:
    """Thread-safe."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def one(self, request: v1.CheckCertificationRequest) -> v1.CheckCertificationResponse:
        """Raises Unset and Failed."""
        about = spelt(request.subject) if request.HasField("subject") else (
            f'"{request.certificate_no}"')
        answer = resolve(self._book.take_about(CHECK, about, "on_certification"), request)
        if not isinstance(answer, v1.CheckCertificationResponse):
            raise TypeError(f"a function gave a {type(answer).__name__} as answer to {CHECK}")
        return answer

    def batch(self, request: v1.BatchCheckCertificationsRequest,
              ) -> v1.BatchCheckCertificationsResponse:
        answer = v1.BatchCheckCertificationsResponse()
        for item in request.items:
            result = answer.results.add(correlation_id=item.correlation_id)
            try:
                result.response.CopyFrom(self.one(item.request))
            except Failed as failed:
                result.error.CopyFrom(item_error_of(failed.error))
        return answer
