import Cryptography
import ExactText
import OrderedCollections
import Testing

@testable import WebClient

@Suite("Addresses of servers")
struct AddressTests {
    @Test(arguments: [
        ("http://a:80/b/c/", "http://a:80", "/b/c", "a"), ("https://a:443", "https://a:443", "", "a"),
        ("https://a:80/", "https://a:80", "", "a:80"), ("http://[::1]:9000/x", "http://[::1]:9000", "/x", "[::1]:9000"),
    ])
    func parts(text: String, origin: String, path: String, host: String) {
        let address = WebAddress(text)
        #expect(address.origin == origin && address.path == path && address.host == host)
        #expect(!address.text.hasSuffix("/"))
    }

    @Test(arguments: [
        "http://proxy", "http://proxy:3128", "http://proxy:3128/", "http://u:p%40x@proxy:1", "http://u@[::1]:8080",
    ])
    func proxies(text: String) { #expect(WebProxy(text) != nil) }

    @Test(arguments: [
        "", "proxy:3128", "https://proxy", "http://", "http://proxy:0", "http://proxy:65536", "http://proxy/path",
        "socks5://proxy", "http://a b@c@d",
    ])
    func noProxies(text: String) { #expect(WebProxy(text) == nil) }

    private func endpoint(
        _ url: String, parameters: OrderedDictionary<ExactString, String> = [:],
        headers: OrderedDictionary<ExactString, String> = [:],
        basic: HTTPEndpoint.BasicAuthentication? = nil, token: Secret? = nil
    ) -> HTTPEndpoint {
        HTTPEndpoint(
            url: url, parameters: parameters, headers: headers, basicAuthentication: basic, token: token,
            tokenName: "token", certificateFile: nil, place: "e.yml:1", timeout: nil, isDomainSelective: false)
    }

    @Test("paths are joined by one slash; query items follow those of the address, the token last")
    func requests() {
        #expect(endpoint("http://a").address(path: "") == "http://a")
        #expect(endpoint("http://a/b/").address(path: "c") == "http://a/b/c")
        #expect(endpoint("http://a/b?x=1").address(path: "c") == "http://a/b/c?x=1")
        let full = endpoint("http://a?x=1", parameters: ["a b": "ü&"], token: Secret("t 1"))
        #expect(full.address(path: "") == "http://a?x=1&a%20b=%C3%BC%26&token=t%201")
        let replaced = endpoint("http://a", parameters: ["token": "old", "z": "1"], token: Secret("new"))
        #expect(replaced.address(path: "") == "http://a?token=new&z=1")
    }

    @Test("an endpoint's own headers replace those of the same name, however it is written")
    func headers() {
        let basic = HTTPEndpoint.BasicAuthentication(username: "ann", password: Secret("pw"))
        let one = endpoint("http://a", headers: ["X-Own": "1"], basic: basic).headers(besides: [("Accept", "*/*")])
        #expect(one.map(\.name) == ["Accept", "Authorization", "X-Own"])
        #expect(one[1].value == "Basic YW5uOnB3")
        let other = endpoint("http://a", headers: ["accept": "a/b", "AUTHORIZATION": "mine"], basic: basic)
            .headers(besides: [("Accept", "*/*")])
        #expect(other.map(\.name) == ["accept", "AUTHORIZATION"] && other.map(\.value) == ["a/b", "mine"])
    }
}
