/// The description of an array in a file of joblib, whose numbers follow at once.
struct JoblibArray {
    private let count: Int
    private let width: Int
    private let hasPadding: Bool

    /// - Throws: ``PickleError`` where the numbers cannot be found by it.
    init(_ description: PickleValue, at offset: Int) throws(PickleError) {
        guard let type = description["dtype"].flatMap(PickledElement.init),
            let shape = description["shape"]?.elements?.map(\.whole), let count = PickledArray.count(of: shape)
        else { throw PickleError(.notData, at: offset, "describes an array of a kind that is not read") }
        guard type.kind != .object else {
            throw PickleError(.notData, at: offset, "has an array of objects, which is not read")
        }
        (self.count, width) = (count, type.width)
        hasPadding = description["numpy_array_alignment_bytes"].map { !$0.isNone } ?? false
    }

    /// The numbers' bytes, behind what fills up to their alignment: as many bytes as the first one says.
    func take(from bytes: inout PickleBytes) throws(PickleError) -> ArraySlice<UInt8> {
        if hasPadding { _ = try bytes.counted(UInt8.self) }
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow else { throw PickleError(.damaged, at: bytes.offset, "announces more bytes than it has") }
        return try bytes.take(size)
    }
}
