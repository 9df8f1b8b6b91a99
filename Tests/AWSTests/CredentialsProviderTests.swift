import Foundation
import NIOPosix
import System
import TestSupport
import Testing
import WebClient

@testable import AWS

@Suite("Credentials are found where boto3 finds them")
struct CredentialsProviderTests {
    private func find(_ variables: [String: String]) async throws -> AWSCredentials {
        let httpClient = OutboundHTTPClient(loop: MultiThreadedEventLoopGroup.singleton.any())
        let all = ["HOME": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true"].merging(variables) { $1 }
        let provider = CredentialsProvider(
            environment: AWSEnvironment(EnvironmentVariables { all[$0] }), httpClient: httpClient)
        let result: Result<AWSCredentials, AWSError>
        do {
            result = .success(try await provider.credentials())
        } catch {
            result = .failure(error)
        }
        await httpClient.close()
        return try result.get()
    }

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ text: String) throws -> String {
        try directory.write(text, as: "file-\(directory.names().count)")
    }

    private static func temporary(_ name: String, validFor seconds: Int = 3600) -> [UInt8] {
        let end = AWSTime(secondsSince1970: time(nil) + seconds).text
        let parts = Array(end)
        let written =
            "\(String(parts[0..<4]))-\(String(parts[4..<6]))-\(String(parts[6..<8]))T\(String(parts[9..<11])):"
            + "\(String(parts[11..<13])):\(String(parts[13..<15]))Z"
        return Array(
            #"{"AccessKeyId": "\#(name)", "SecretAccessKey": "s", "Token": "t", "Expiration": "\#(written)"}"#.utf8)
    }

    @Test func variables() async throws {
        let found = try await find(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"])
        #expect(found == AWSCredentials(accessKey: "a", secretKey: "b", sessionToken: "c"))
    }

    @Test func profiles() async throws {
        let credentials = try file(
            "# keys\n[default]\naws_access_key_id = d1\naws_secret_access_key=d2\n\n[work]\naws_access_key_id=w1\n"
                + "aws_secret_access_key = w2=\n")
        let config = try file("[profile work]\nregion = eu-west-3\n")
        let variables = ["AWS_SHARED_CREDENTIALS_FILE": credentials, "AWS_CONFIG_FILE": config]
        #expect(try await find(variables).accessKey == "d1")
        let work = variables.merging(["AWS_PROFILE": "work"]) { $1 }
        #expect(try await find(work) == AWSCredentials(accessKey: "w1", secretKey: "w2="))
        #expect(AWSEnvironment(EnvironmentVariables { work[$0] }).region == "eu-west-3")
    }

    @Test func containers() async throws {
        let server = try HTTPStub { _ in .init(200, body: Self.temporary("container")) }
        let token = try file("secret token\n")
        let found = try await find([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token,
        ])
        #expect(found == AWSCredentials(accessKey: "container", secretKey: "s", sessionToken: "t"))
        #expect(server.requests.first?.headers["authorization"] == "secret token")
    }

    @Test func instances() async throws {
        let server = try HTTPStub { request in
            switch (request.method, request.target) {
            case ("PUT", "/latest/api/token"): return .init(200, body: Array("session".utf8))
            case ("GET", _) where request.headers["x-aws-ec2-metadata-token"] != "session": return .init(401)
            case ("GET", "/latest/meta-data/iam/security-credentials/"): return .init(200, body: Array("role\n".utf8))
            case ("GET", "/latest/meta-data/iam/security-credentials/role"):
                return .init(200, body: Self.temporary("instance"))
            default: return .init(404)
            }
        }
        let found = try await find([
            "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
        ])
        #expect(found.accessKey == "instance")
    }

    @Test func webIdentities() async throws {
        let server = try HTTPStub { _ in
            .init(
                200,
                body: Array(
                    """
                    <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
                    <AccessKeyId>web</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey>
                    <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
                    </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                    """.utf8))
        }
        let found = try await find([
            "AWS_WEB_IDENTITY_TOKEN_FILE": try file("the.jwt\n"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
            "AWS_ENDPOINT_URL_STS": server.url,
        ])
        #expect(found == AWSCredentials(accessKey: "web", secretKey: "a&b", sessionToken: "t"))
        let form = String(decoding: server.requests.first?.body ?? [], as: UTF8.self)
        #expect(
            form.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&") && form.hasSuffix("WebIdentityToken=the.jwt"))
    }

    @Test func nothing() async throws {
        await #expect(throws: AWSError.self) { try await find([:]) }
    }

    @Test func temporaryOnesAreFetchedAgainBeforeTheyEnd() async throws {
        for (seconds, requests) in [(3600, 1), (60, 2)] {
            let server = try HTTPStub { _ in .init(200, body: Self.temporary("c", validFor: seconds)) }
            let httpClient = OutboundHTTPClient(loop: MultiThreadedEventLoopGroup.singleton.any())
            let variables = ["HOME": "/nowhere", "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url]
            let provider = CredentialsProvider(
                environment: AWSEnvironment(EnvironmentVariables { variables[$0] }), httpClient: httpClient)
            _ = try await provider.credentials()
            _ = try await provider.credentials()
            #expect(server.requests.count == requests)
            await httpClient.close()
        }
    }
}
