import Tensors

/// Memory of one parse that the next one uses again; one per computation at a time.
final class Scratch {
    let workspace = Workspace()
    let patterns = PatternScratch()
    var counter = ColumnCounter()
    /// Rows of the network that is at work.
    var rows = Matrix()
    var embedded = Matrix()
    var logits = Matrix()
}
