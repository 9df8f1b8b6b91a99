/// Which rows of a result are needed. What only the others need is not computed.
package enum RowSelection: Sendable, Hashable {
    case all
    case last
    /// This one, counted from 0.
    case only(Int)

    func range(of count: Int) throws(TensorError) -> Range<Int> {
        switch self {
        case .all: return 0..<count
        case .last where count > 0: return count - 1..<count
        case .only(let row) where row >= 0 && row < count: return row..<row + 1
        default: throw TensorError(.wrongFeatures, "A row was asked for that is not among \(count).")
        }
    }
}
