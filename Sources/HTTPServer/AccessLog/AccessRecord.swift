import NIOCore

/// What is known of a request until its line is written.
final class AccessRecord {
    let id: String
    let method: String
    /// The target as it came.
    let target: String
    let isHTTP10: Bool
    let headers: RequestHeaders
    let began: NIODeadline
    /// Set with the head of a streamed response, and at the end; nil where the client left before.
    var status: Int?
    /// Of the response's body.
    var bytes = 0
    /// Whether the response went out whole.
    var isWhole = false

    init(id: String, method: String, target: String, isHTTP10: Bool, headers: RequestHeaders, began: NIODeadline) {
        (self.id, self.method, self.target, self.isHTTP10) = (id, method, target, isHTTP10)
        (self.headers, self.began) = (headers, began)
    }
}
