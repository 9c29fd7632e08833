"""Every address of the service on one screen."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("searchsvc.api.urls")),
    path("", include("searchsvc.ops.urls")),
    path("", include("searchsvc.web.urls")),  # last: its last address takes any two words
]
handler400 = "searchsvc.web.errors.bad_request"
handler404 = "searchsvc.web.errors.not_found"
handler500 = "searchsvc.web.errors.server_error"
