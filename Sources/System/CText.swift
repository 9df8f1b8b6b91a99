extension String {
    /// The text that a C function has written into a buffer, up to its zero; what is no UTF-8 is replaced.
    package init(cBuffer buffer: some Sequence<CChar>) {
        self.init(decoding: buffer.lazy.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
