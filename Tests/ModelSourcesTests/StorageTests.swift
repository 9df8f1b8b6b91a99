import AWS
import COpenSSL
import Encodings
import Foundation
import JSON
import NIOCore
import NIOPosix
import System
import TestSupport
import Testing
import WebClient

@testable import ModelSources

@Suite("Models come from buckets and containers, asked for with signatures")
struct StorageTests {
    private static let archive = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) })
    /// A server of this process that is silent has no core, and not an end.
    private static let limits: DownloadLimits = {
        var limits = DownloadLimits()
        limits.silence = .seconds(600)
        return limits
    }()

    private var loop: any EventLoop { MultiThreadedEventLoopGroup.singleton.any() }

    private func fetch(_ source: some ModelSource) async throws -> (name: String, bytes: [UInt8]) {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/file"
        let result: Result<FetchOutcome, ModelSourceError>
        do {
            result = .success(try await source.fetch(into: path, unless: nil))
        } catch {
            result = .failure(error)
        }
        await source.close()
        guard case .fetched(let archive) = try result.get() else { throw POSIXError(.EIO) }
        return (archive.name, try File.read(path))
    }

    private func failure(_ source: some ModelSource) async -> ModelSourceError.Code? {
        do {
            _ = try await fetch(source)
            return nil
        } catch {
            return (error as? ModelSourceError)?.code
        }
    }

    @Test("S3, as moto has it", .enabled(if: MotoServer.isInstalled, "needs moto, a program in Python"))
    func s3() async throws {
        let server = try MotoServer.shared.get()
        let variables = server.variables(["BUCKET_NAME": "the-models"])
        let httpClient = OutboundHTTPClient(loop: loop)
        let credentials = AWSCredentials(accessKey: "AKIDEXAMPLE", secretKey: "secret")
        for (path, body) in [("/the-models", []), ("/the-models/in/a%20b.tar.gz", Self.archive)] as [(String, [UInt8])]
        {
            let signed = RequestSigner(region: "us-east-1", service: "s3").headers(
                for: .init("PUT", host: "127.0.0.1:\(server.port)", path: path, body: body), credentials: credentials)
            let response = try await httpClient.send(
                OutboundHTTPClient.Call("PUT", server.url + path, headers: signed, body: body))
            #expect(response.status == 200)
        }
        await httpClient.close()
        let environment = AWSEnvironment(EnvironmentVariables { variables[$0] })
        let (name, bytes) = try await fetch(
            try S3Storage(model: "in/a b", environment: environment, loop: loop, limits: Self.limits))
        #expect(name == "a b.tar.gz" && bytes == Self.archive)
        #expect(
            await failure(try S3Storage(model: "other", environment: environment, loop: loop, limits: Self.limits))
                == .missing)
    }

    @Test("S3: a download that breaks off is taken up with a signature of its own")
    func s3Resumption() async throws {
        let server = try HTTPStub { request in
            let first = request.headers["range"]?.dropFirst(6).split(separator: "-").first.flatMap { Int($0) } ?? 0
            guard request.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 Credential=a/") == true else {
                return .init(403)
            }
            var reply = HTTPStub.Response(
                first == 0 ? 200 : 206,
                [
                    "ETag": "\"e\"",
                    "Content-Range": "bytes \(first)-\(Self.archive.count - 1)/\(Self.archive.count)",
                ], body: Array(Self.archive[first...]))
            reply.fault = .closes(after: 150_000)
            return reply
        }
        let variables = [
            "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "BUCKET_NAME": "m",
        ]
        let source = try S3Storage(
            model: "x.tar.gz", environment: AWSEnvironment(EnvironmentVariables { variables[$0] }), loop: loop,
            limits: Self.limits)
        #expect(try await fetch(source).bytes == Self.archive)
        #expect(server.requests.map(\.target) == ["/m/x.tar.gz", "/m/x.tar.gz"])
    }

    @Test("S3: a bucket in another region is asked for there, once", arguments: [301, 307, 400])
    func s3Region(status: Int) async throws {
        for (named, isThere) in [("eu-west-1", true), ("eu-north-1", false), ("x.example/", false)] {
            let server = try HTTPStub { request in
                if request.headers["authorization"]?.contains("/eu-west-1/s3/aws4_request") == true {
                    return .init(200, ["ETag": "\"e\""], body: Self.archive)
                }
                return .init(status, request.method == "HEAD" ? ["x-amz-bucket-region": named] : [:])
            }
            let variables = [
                "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "BUCKET_NAME": "m", "AWS_DEFAULT_REGION": "us-east-1",
            ]
            let source = try S3Storage(
                model: "x.tar.gz", environment: AWSEnvironment(EnvironmentVariables { variables[$0] }), loop: loop,
                limits: Self.limits)
            if isThere {
                #expect(try await fetch(source).bytes == Self.archive)
            } else {
                #expect(await failure(source) == .refused)
            }
            let asked = ["GET /m/x.tar.gz", "HEAD /m"] + (named.contains("/") ? [] : ["GET /m/x.tar.gz"])
            #expect(server.requests.map { "\($0.method) \($0.target)" } == asked)
        }
    }

    @Test("Google: a service account's token is signed with its key; an emulator asks for none")
    func google() async throws {
        let (pem, key) = try Self.rsaKey()
        defer { EVP_PKEY_free(key) }
        let server = try HTTPStub { [pem] request in
            _ = pem
            if request.target == "/token" {
                let form = String(decoding: request.body, as: UTF8.self)
                return form.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=")
                    ? .init(200, ["Content-Type": "application/json"], body: Array(#"{"access_token": "tok"}"#.utf8))
                    : .init(400)
            }
            return request.headers["authorization"] == "Bearer tok"
                ? .init(200, ["ETag": "e"], body: Self.archive) : .init(401)
        }
        let account: JSON = [
            "type": "service_account", "client_email": "p@x", "private_key": .string(pem), "private_key_id": "k1",
            "token_uri": .string("\(server.url)/token"),
        ]
        let directory = try TemporaryDirectory()
        let file = try directory.write(account.encoded(), as: "account.json")
        let token = try await GoogleToken(
            environment: AWSEnvironment(EnvironmentVariables { ["GOOGLE_APPLICATION_CREDENTIALS": file][$0] }),
            httpClient: OutboundHTTPClient(loop: loop)
        ).get()
        #expect(token == "tok")
        let form = String(decoding: server.requests.first?.body ?? [], as: UTF8.self)
        let parts = (form.components(separatedBy: "assertion=").last ?? "").split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        #expect(try Self.verifies(parts[2], "\(parts[0]).\(parts[1])", key))
        let claims = try JSON(parsing: try #require(Base64.decodeURL(Array(parts[1].utf8)[...])))
        #expect(claims["iss"] == "p@x" && claims["aud"]?.string == "\(server.url)/token")

        let emulator = try HTTPStub { request in
            request.headers["authorization"] == nil ? .init(200, body: Self.archive) : .init(400)
        }
        let variables = ["STORAGE_EMULATOR_HOST": emulator.url, "BUCKET_NAME": "b"]
        let source = try GoogleStorage(
            model: "dir/m", environment: AWSEnvironment(EnvironmentVariables { variables[$0] }), loop: loop,
            limits: Self.limits)
        #expect(try await fetch(source).name == "m.tar.gz")
        #expect(emulator.requests.first?.target == "/download/storage/v1/b/b/o/dir%2Fm.tar.gz?alt=media")
    }

    @Test("Google: a machine's own account needs no file")
    func googleMetadata() async throws {
        let server = try HTTPStub { request in
            request.headers["metadata-flavor"] == "Google"
                ? .init(200, body: Array(#"{"access_token": "own"}"#.utf8)) : .init(403)
        }
        let variables = ["GCE_METADATA_HOST": "127.0.0.1:\(server.port)", "HOME": "/nowhere"]
        let token = GoogleToken(
            environment: AWSEnvironment(EnvironmentVariables { variables[$0] }),
            httpClient: OutboundHTTPClient(loop: loop))
        #expect(try await token.get() == "own")
    }

    @Test("Azure: requests are signed with the account's key, or carry the signature that was given")
    func azure() async throws {
        let key = [UInt8]((0..<64).map { UInt8($0) })
        let server = try HTTPStub { request in
            if request.target.contains("sig=") {
                return request.target == "/acc/models/m.tar.gz?sv=1&sig=x" ? .init(200, body: Self.archive) : .init(403)
            }
            let text =
                "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:\(request.headers["x-ms-date"] ?? "")\n"
                + "x-ms-version:2021-08-06\n/acc/acc/models/m.tar.gz"
            var code = [UInt8](repeating: 0, count: 32)
            HMAC(EVP_sha256(), key, 64, text, text.utf8.count, &code, nil)
            return request.headers["authorization"] == "SharedKey acc:\(Base64.encode(code))"
                ? .init(200, ["ETag": "\"1\""], body: Self.archive) : .init(403)
        }
        for secret in [Base64.encode(key), "?sv=1&sig=x"] {
            let variables = [
                "AZURE_CONTAINER": "models", "AZURE_ACCOUNT_NAME": "acc", "AZURE_ACCOUNT_KEY": secret,
                "AZURE_STORAGE_BLOB_ENDPOINT": "\(server.url)/acc",
            ]
            let source = try AzureStorage(
                model: "m", environment: AWSEnvironment(EnvironmentVariables { variables[$0] }), loop: loop,
                limits: Self.limits)
            #expect(try await fetch(source).bytes == Self.archive)
        }
    }

    private static func rsaKey() throws -> (pem: String, key: OpaquePointer) {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        EVP_PKEY_keygen_init(context)
        EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048)
        EVP_PKEY_keygen(context, &key)
        let made = try #require(key)
        let output = BIO_new(BIO_s_mem())
        defer { BIO_free(output) }
        PEM_write_bio_PrivateKey(output, made, nil, nil, 0, nil, nil)
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(output, &bytes, 8192)
        return (String(decoding: bytes.prefix(Int(count)), as: UTF8.self), made)
    }

    private static func verifies(_ signature: String, _ text: String, _ key: OpaquePointer) throws -> Bool {
        let bytes = try #require(Base64.decodeURL(Array(signature.utf8)[...]))
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key)
        return EVP_DigestVerify(context, bytes, bytes.count, text, text.utf8.count) == 1
    }
}
