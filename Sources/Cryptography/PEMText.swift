import COpenSSL

package enum PEMText {
    /// Reads a text; what OpenSSL says of its failures is forgotten.
    ///
    /// - Parameter body: Reads from the source, which is there as long as the call. Asked for a password OpenSSL would
    ///   read the terminal: ``noPassword`` is for that.
    package static func read<Value>(_ text: [UInt8], _ body: (OpaquePointer) -> Value?) -> Value? {
        defer { ERR_clear_error() }
        guard let count = Int32(exactly: text.count) else { return nil }
        return text.withUnsafeBytes { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, count) else { return nil }
            defer { BIO_free(source) }
            return body(source)
        }
    }

    /// Has no password to give.
    package static let noPassword:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 =
            { _, _, _, _ in -1 }
}
