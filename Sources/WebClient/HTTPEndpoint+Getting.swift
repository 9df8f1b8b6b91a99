import Encodings
public import Settings

extension HTTPEndpoint {
    /// A request for what is at the endpoint's address, with its query items, token, headers and credentials.
    ///
    /// - Parameters:
    ///   - more: Headers for this request.
    ///   - timeout: How long it may take as a whole.
    ///   - callee: Who is called, for messages.
    public func get(
        headers more: [(name: String, value: String)] = [], timeout: Duration, callee: String
    ) -> HTTPCaller.Call {
        var headers: [(name: String, value: String)] = [("Accept", "*/*")]
        if let basic = basicAuthentication {
            let credentials = Base64.encode(Array("\(basic.username):\(basic.password.revealed)".utf8))
            headers.append(("Authorization", "Basic \(credentials)"))
        }
        headers.removeAll { usual in self.headers.keys.contains { $0.lowercased() == usual.name.lowercased() } }
        headers += self.headers.map { ($0.key, $0.value) } + more
        return HTTPCaller.Call("GET", address(path: ""), headers: headers, timeout: timeout, callee: callee)
    }
}
