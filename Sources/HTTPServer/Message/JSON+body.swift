public import JSON
public import NIOCore

extension JSON {
    /// Reads the body of a request. As with Rasa, a text of several lines may stand in it as it is.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    public init(body: ByteBuffer) throws(JSONError) {
        let read = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONError) in try JSON(parsing: bytes, takesControls: true) }
        }
        self = try read.get()
    }
}
