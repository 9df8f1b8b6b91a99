import Encodings
import ExactText
import Glibc
import JSON
package import WebClient

/// Finds credentials where boto3 does, in its order, and fetches temporary ones again before they end.
package actor CredentialsProvider {
    private let environment: AWSEnvironment
    private let httpClient: OutboundHTTPClient
    private var known: (credentials: AWSCredentials, end: Int?)?

    /// Temporary credentials are fetched again so many seconds before they end.
    static let margin = 600

    package init(environment: AWSEnvironment = .process, httpClient: OutboundHTTPClient) {
        self.environment = environment
        self.httpClient = httpClient
    }

    /// Credentials that are good for the next request.
    ///
    /// - Throws: ``AWSError`` where none are to be found.
    package func credentials() async throws(AWSError) -> AWSCredentials {
        if let known, known.end.map({ $0 - Self.margin > time(nil) }) ?? true { return known.credentials }
        do throws(AWSError) {
            let found = try await find()
            known = found
            return found.credentials
        } catch {
            // What has not ended yet still signs.
            if let known, let end = known.end, end > time(nil) { return known.credentials }
            throw error
        }
    }

    private typealias Found = (credentials: AWSCredentials, end: Int?)

    private func find() async throws(AWSError) -> Found {
        if let access = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] {
            return (
                AWSCredentials(
                    accessKey: access, secretKey: secret,
                    sessionToken: environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"]), nil
            )
        }
        let configuration = environment.configuration()
        if let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? configuration["web_identity_token_file"],
            let role = environment["AWS_ROLE_ARN"] ?? configuration["role_arn"]
        {
            return try await webIdentity(file, role: role, session: configuration["role_session_name"])
        }
        for keys in [environment.sharedCredentials(), configuration] {
            if let access = keys["aws_access_key_id"], let secret = keys["aws_secret_access_key"] {
                return (
                    AWSCredentials(accessKey: access, secretKey: secret, sessionToken: keys["aws_session_token"]), nil
                )
            }
        }
        if let unsupported = ["credential_process", "sso_session", "sso_start_url", "source_profile"]
            .first(where: { configuration[$0] != nil })
        {
            throw AWSError(
                "'\(unsupported)' in the profile '\(environment.profile)' of AWS is not supported; give keys in the profile "
                    + "or in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        if let found = try await container() { return found }
        if let found = await instance() { return found }
        throw AWSError(
            "there are no credentials for AWS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in "
                + "~/.aws/credentials, or give this machine a role")
    }

    // MARK: Temporary credentials

    private func webIdentity(_ file: String, role: String, session: String?) async throws(AWSError) -> Found {
        let token = environment.contents(of: file).split(whereSeparator: \.isWhitespace).joined()
        guard !token.isEmpty else { throw AWSError("the file of AWS_WEB_IDENTITY_TOKEN_FILE, '\(file)', has no token") }
        let name = environment["AWS_ROLE_SESSION_NAME"] ?? session ?? "parley-\(getpid())"
        let host = environment.region.map { "https://sts.\($0).amazonaws.com" } ?? "https://sts.amazonaws.com"
        let form = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", name), ("WebIdentityToken", token),
        ].map { "\($0)=\(Percent.encode($1))" }.joined(separator: "&")
        let response = try await ask(
            OutboundHTTPClient.Call(
                "POST", "\(WebAddress(environment.endpoint(of: "STS") ?? host).text)/",
                headers: [
                    ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
                ], body: Array(form.utf8), timeout: .seconds(10)), "AWS STS")
        let text = String(decoding: response.body, as: UTF8.self)
        guard response.isSuccess, let access = XMLText.first("AccessKeyId", in: text),
            let secret = XMLText.first("SecretAccessKey", in: text)
        else {
            throw AWSError(
                "AWS STS refuses the role '\(role)': \(XMLText.first("Message", in: text) ?? "status \(response.status)")"
            )
        }
        return (
            AWSCredentials(accessKey: access, secretKey: secret, sessionToken: XMLText.first("SessionToken", in: text)),
            XMLText.first("Expiration", in: text).flatMap { Self.seconds($0) }
        )
    }

    private func container() async throws(AWSError) -> Found? {
        let address: String
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            address = "http://169.254.170.2\(path)"
        } else if let whole = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            address = whole
        } else {
            return nil
        }
        var headers = [(name: "Accept", value: "application/json")]
        let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
        let token = file.map { environment.contents(of: $0) } ?? environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let token, !token.isEmpty { headers.append(("Authorization", token.filter { !$0.isNewline })) }
        let response = try await ask(
            OutboundHTTPClient.Call("GET", address, headers: headers, timeout: .seconds(5)),
            "the container's credentials")
        guard let found = Self.found(response) else {
            throw AWSError(
                "the container's credentials server responds with status \(response.status)", isTransient: true)
        }
        return found
    }

    /// Nil where this is no instance of AWS, or it has no role.
    private func instance() async -> Found? {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
        let origin = WebAddress(environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254").text
        let path = "\(origin)/latest/meta-data/iam/security-credentials/"
        do {
            let session = try await ask(
                OutboundHTTPClient.Call(
                    "PUT", "\(origin)/latest/api/token", headers: [("X-aws-ec2-metadata-token-ttl-seconds", "21600")],
                    timeout: .seconds(1)), "the instance's metadata")
            guard session.status == 200 else { return nil }
            let headers = [(name: "X-aws-ec2-metadata-token", value: String(decoding: session.body, as: UTF8.self))]
            let roles = try await ask(
                OutboundHTTPClient.Call("GET", path, headers: headers, timeout: .seconds(1)), "the instance's metadata")
            let role = String(decoding: roles.body.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
            guard roles.status == 200, !role.isEmpty else { return nil }
            return Self.found(
                try await ask(
                    OutboundHTTPClient.Call("GET", path + role, headers: headers, timeout: .seconds(1)),
                    "the instance's metadata"))
        } catch {
            return nil
        }
    }

    private func ask(_ call: OutboundHTTPClient.Call, _ whom: String) async throws(AWSError) -> EndpointResponse {
        do {
            var call = call
            call.callee = whom
            return try await httpClient.send(call)
        } catch {
            throw AWSError("\(error)", isTransient: true)
        }
    }

    private static func found(_ response: EndpointResponse) -> Found? {
        guard response.status == 200, let json = try? response.parsed(), let access = json["AccessKeyId"]?.string,
            let secret = json["SecretAccessKey"]?.string
        else { return nil }
        let credentials = AWSCredentials(
            accessKey: access, secretKey: secret, sessionToken: json["Token"]?.string)
        return (credentials, json["Expiration"]?.string.flatMap { seconds($0) })
    }

    /// The seconds since 1970 of `2026-11-23T10:00:00Z`.
    static func seconds(_ text: String) -> Int? {
        let numbers = text.prefix(19).split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        return timegm(&parts)
    }
}
