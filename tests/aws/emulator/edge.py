"""CloudFront on this machine: it does what the *deployed* distribution says, which ministack's own cannot do whole (it
refuses `import cf from 'cloudfront'` and never calls an execute-api address). No TLS and no cache."""

import json
import subprocess
import threading
from fnmatch import fnmatchcase

from botocore.exceptions import ClientError
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.aws.emulator.emulated import ask

HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "server", "date")
RUNTIME = r"""
const readline = require('readline');
let chosen = '';
const cf = { selectRequestOriginById: (id) => { chosen = id; } };
const code = process.argv[1].replace(/^\s*import cf from 'cloudfront';/m, '');
const handler = new Function('cf', code + '\n;return handler;')(cf);
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  chosen = '';
  const request = handler({ version: '1.0', request: JSON.parse(line) });
  process.stdout.write(JSON.stringify({ request, chosen }) + '\n');
});
"""


class Quiet(WSGIRequestHandler):
    def log(self, *_args, **_more):
        pass


class Edge:
    """A server before the deployment; `key` replaces the origin's secret when it is set."""

    def __init__(self, emulator, account):
        self._emulator, self._account, self.key = emulator, account, ""
        self._rules = None
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def read(self, distribution):
        """Do from now on what this distribution is deployed to do; whether that is anything new."""
        cloudfront = self._account.client("cloudfront")
        version = cloudfront.get_distribution_config(Id=distribution)["ETag"]
        if self._rules and self._rules.version == (distribution, version):
            return False
        if self._rules:
            self._rules.stop()
        self._rules = Rules(cloudfront, distribution)
        return True

    def __call__(self, environ, start):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        behaviour = self._rules.behaviour(path)
        if method not in behaviour["AllowedMethods"]["Items"]:
            start("403 .", [])
            return [b"not by this path"]
        target, path = self._rules.rewritten(behaviour, method, path)
        origin = self._rules.origins[target]
        status, headers, body = self._from(origin, environ, method, path)
        page = self._rules.error_pages.get(status)
        if page:
            behaviour = self._rules.behaviour(page["ResponsePagePath"])
            origin = self._rules.origins[behaviour["TargetOriginId"]]
            _, headers, body = self._from(origin, environ, "GET", page["ResponsePagePath"])
            status = int(page["ResponseCode"])
        start(f"{status} .", self._rules.with_headers(behaviour, headers))
        return [body]

    def _from(self, origin, environ, method, path):
        bucket, dot, _ = origin["DomainName"].partition(".s3.")
        if dot:
            return self._from_bucket(bucket, path)
        headers = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        api = origin["DomainName"].split(".")[0]  # the emulator answers for it under a name of its own
        host = f"{api}.execute-api.localhost:{self._emulator.port}"
        headers |= {"Host": host, "X-Forwarded-For": "203.0.113.9, 10.0.0.1"}
        for each in origin["CustomHeaders"].get("Items", []):
            headers[each["HeaderName"]] = self.key or each["HeaderValue"]
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or None
        status, got, text = ask(method, f"{self._emulator.url}{path}{query}", headers, body)
        return status, [(name, value) for name, value in got if name.lower() not in HOP_BY_HOP], text

    def _from_bucket(self, bucket, path):
        try:
            found = self._account.client("s3").get_object(Bucket=bucket, Key=path.lstrip("/"))
        except ClientError:
            return 403, [], b"<Error><Code>AccessDenied</Code></Error>"  # S3's word for what is not there
        headers = [("Content-Type", found["ContentType"]), ("Cache-Control", found.get("CacheControl", ""))]
        return 200, headers, found["Body"].read()

    def stop(self):
        if self._rules:
            self._rules.stop()
        self._server.shutdown()
        self._server.server_close()


class Rules:
    """One distribution, as CloudFront's own API tells it."""

    def __init__(self, cloudfront, distribution):
        told = cloudfront.get_distribution_config(Id=distribution)
        config, self.version = told["DistributionConfig"], (distribution, told["ETag"])
        self._default = config["DefaultCacheBehavior"]
        self._paths = config.get("CacheBehaviors", {}).get("Items", [])
        self.origins = {each["Id"]: each for each in config["Origins"]["Items"]}
        self.error_pages = {each["ErrorCode"]: each for each in config.get("CustomErrorResponses", {}).get("Items", [])}
        policy = self._default["ResponseHeadersPolicyId"]
        told = cloudfront.get_response_headers_policy(Id=policy)["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
        self._policies = {policy: list(_headers(told))}
        (function,) = self._default["FunctionAssociations"]["Items"]
        name = function["FunctionARN"].rsplit("/", 1)[1]
        code = cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read().decode()
        self._process = subprocess.Popen(
            ["node", "-e", RUNTIME, code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._lock = threading.Lock()

    def behaviour(self, path):
        return next((each for each in self._paths if fnmatchcase(path, each["PathPattern"])), self._default)

    def rewritten(self, behaviour, method, path):
        """(origin, path) after the viewer-request function, where the behaviour has one."""
        if not behaviour.get("FunctionAssociations", {}).get("Items"):
            return behaviour["TargetOriginId"], path
        request = {"method": method, "uri": path, "querystring": {}, "headers": {}, "cookies": {}}
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            told = json.loads(self._process.stdout.readline())
        return told["chosen"] or behaviour["TargetOriginId"], told["request"]["uri"]

    def with_headers(self, behaviour, headers):
        """The origin's headers, and the policy's where the origin has none (each overrides nothing)."""
        there = {name.lower() for name, _ in headers}
        policy = self._policies.get(behaviour.get("ResponseHeadersPolicyId", ""), [])
        return headers + [(name, value) for name, value in policy if name.lower() not in there]

    def stop(self):
        self._process.stdin.close()
        self._process.wait(10)


def _headers(told):
    """(name, value) of a response headers policy."""
    security = told["SecurityHeadersConfig"]
    yield "Content-Security-Policy", security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    yield "X-Content-Type-Options", "nosniff"
    yield "X-Frame-Options", security["FrameOptions"]["FrameOption"]
    yield "Referrer-Policy", security["ReferrerPolicy"]["ReferrerPolicy"]
    yield "Strict-Transport-Security", f"max-age={security['StrictTransportSecurity']['AccessControlMaxAgeSec']}"
    for each in told["CustomHeadersConfig"]["Items"]:
        yield each["Header"], each["Value"]
