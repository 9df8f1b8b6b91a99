package import AWS
import Cryptography
import Encodings
import ExactText
import Glibc
package import NIOCore
import System
import WebClient

/// Models in a container of Azure's blob storage (Rasa's `azure`).
package struct AzureStorage: ModelSource {
    /// The archive and its container, for messages.
    package let name: String
    private let origin: String
    private let path: String
    private let key: String
    private let access: Access
    private let httpClient: OutboundHTTPClient
    private let limits: DownloadLimits

    private enum Access: Sendable {
        /// Requests are signed with the account's key.
        case key(account: String, [UInt8])
        /// The address carries a signature that somebody else made.
        case signature(String)
    }

    private static let version = "2021-08-06"

    /// A model in the container that the environment names. `AZURE_ACCOUNT_KEY` is the account's key, or a shared
    /// access signature; `AZURE_STORAGE_BLOB_ENDPOINT`, a variable of Parley's own, the address of an emulator.
    ///
    /// - Throws: ``ModelSourceError`` with `.badConfiguration`.
    package init(
        model: String, environment: AWSEnvironment = .process, loop: any EventLoop,
        limits: DownloadLimits = DownloadLimits()
    ) throws(ModelSourceError) {
        let names = ["AZURE_CONTAINER", "AZURE_ACCOUNT_NAME", "AZURE_ACCOUNT_KEY"]
        if let missing = names.first(where: { environment[$0] == nil }) {
            throw ModelSourceError(.badConfiguration, "\(missing) must be set to fetch a model from Azure")
        }
        let values = names.map { environment[$0] ?? "" }
        let (container, account, secret) = (values[0], values[1], values[2])
        key = RemoteStorage.archive(model)
        name = "'\(key)' in the container '\(container)'"
        if secret.exact.contains(text: "sig=") {
            access = .signature(secret.exact.hasPrefix("?") ? String(secret.dropFirst()) : secret)
        } else if let bytes = Base64.decode(secret) {
            access = .key(account: account, bytes)
        } else {
            throw ModelSourceError(
                .badConfiguration, "AZURE_ACCOUNT_KEY is neither a key in base64 nor a shared access signature")
        }
        let endpoint = WebAddress(
            environment["AZURE_STORAGE_BLOB_ENDPOINT"] ?? "https://\(account).blob.core.windows.net")
        origin = endpoint.origin
        path = "\(endpoint.path)/\(Percent.encode(container))/\(Percent.encode(path: key))"
        httpClient = try RemoteStorage.httpClient(loop, limits)
        self.limits = limits
    }

    package func fetch(into file: String, unless validator: String?) async throws(ModelSourceError) -> FetchOutcome {
        let download = Download(httpClient: httpClient, source: name, limits: limits) { [self] headers in call(headers)
        }
        return try RemoteStorage.outcome(
            try await download.run(into: file, unless: validator) { [key] _ in RemoteStorage.name(key) }, of: name)
    }

    package func close() async {
        await httpClient.close()
    }

    private func call(_ more: [(name: String, value: String)]) -> OutboundHTTPClient.Call {
        var headers = more + [("x-ms-version", Self.version)]
        switch access {
        case .signature(let signature):
            return OutboundHTTPClient.Call(
                "GET", "\(origin)\(path)?\(signature)", headers: headers, timeout: limits.whole)
        case .key(let account, let key):
            headers.append(("x-ms-date", TimeText.http(time(nil))))
            let text = Self.textToSign(headers, account: account, path: path)
            let code = Base64.encode(Digest.sha256.code(of: Array(text.utf8), key: key))
            headers.append(("Authorization", "SharedKey \(account):\(code)"))
            return OutboundHTTPClient.Call("GET", origin + path, headers: headers, timeout: limits.whole)
        }
    }

    /// What a shared key signs of a request without body and query: the method, eleven headers, Azure's own, and the
    /// resource.
    static func textToSign(_ headers: [(name: String, value: String)], account: String, path: String) -> String {
        func value(_ name: String) -> String { headers.first { $0.name.lowercased() == name }?.value ?? "" }
        let standard = [
            "content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
            "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
        ]
        let own = headers.map { ($0.name.lowercased(), $0.value) }.filter { $0.0.exact.hasPrefix("x-ms-") }
            .sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)" }
        return (["GET"] + standard.map(value) + own + ["/\(account)\(path)"]).joined(separator: "\n")
    }
}
