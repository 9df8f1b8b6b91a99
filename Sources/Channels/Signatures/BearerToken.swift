import ExactText
import HTTPServer

extension HTTPRequest {
    /// The token after `Bearer` in the one header `Authorization`; nil where there is none, or several headers.
    var bearerToken: Substring? {
        let given = fields.all("authorization")
        guard given.count == 1, let header = given.first, header.exact.hasPrefix("Bearer ") else { return nil }
        return header.dropFirst(7).drop { $0 == " " }
    }
}
