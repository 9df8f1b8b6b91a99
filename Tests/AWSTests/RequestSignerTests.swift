import Testing

@testable import AWS

/// Requests and signatures that AWS publishes, and one that botocore made.
@Suite("Requests are signed as AWS asks for it")
struct RequestSignerTests {
    private let time = AWSTime(secondsSince1970: 1_440_938_160)
    private let keys = AWSCredentials(
        accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    private func signature(
        _ request: RequestSigner.Request, _ service: String = "service", _ keys: AWSCredentials? = nil,
        time: AWSTime? = nil
    ) -> String {
        RequestSigner(region: "us-east-1", service: service)
            .headers(for: request, credentials: keys ?? self.keys, at: time ?? self.time)
            .last { $0.name == "Authorization" }?.value ?? ""
    }

    @Test func timesAreWrittenAsSignaturesHaveThem() {
        #expect(time.text == "20150830T123600Z" && time.date == "20150830")
    }

    @Test func thePublishedSuite() {
        #expect(
            signature(.init("GET", host: "example.amazonaws.com"))
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
        #expect(
            signature(
                .init("GET", host: "example.amazonaws.com", query: [("Param2", "value2"), ("Param1", "value1")])
            ).hasSuffix("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"))
        #expect(
            signature(.init("POST", host: "example.amazonaws.com"))
                .hasSuffix("5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"))
    }

    @Test func theExampleOfS3() {
        let keys = AWSCredentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let request = RequestSigner.Request(
            "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt", headers: [("Range", "bytes=0-9")])
        #expect(
            signature(request, "s3", keys, time: AWSTime(secondsSince1970: 1_369_353_600))
                .hasSuffix("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"))
    }

    @Test func aRequestToDynamoDBWithASession() {
        let request = RequestSigner.Request(
            "POST", host: "example.amazonaws.com",
            headers: [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "T.Op")],
            body: Array(#"{"a": 1}"#.utf8))
        let keys = AWSCredentials(
            accessKey: keys.accessKey, secretKey: keys.secretKey, sessionToken: "tok")
        #expect(
            signature(request, "dynamodb", keys)
                .hasSuffix("b4e9974deee0e55a46f38e32d866d979e20fb29e7dda283849fa425f0fac8a28"))
    }
}
