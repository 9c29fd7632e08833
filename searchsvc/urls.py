"""Every address of the service on one screen."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("searchsvc.api.urls")),
    path("", include("searchsvc.ops.urls")),
]
if __import__("importlib.util", fromlist=["util"]).find_spec("searchsvc.web.urls"):
    urlpatterns.append(path("", include("searchsvc.web.urls")))
