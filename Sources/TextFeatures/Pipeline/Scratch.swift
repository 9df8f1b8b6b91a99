package import Tensors

/// Memory of one parse that the next one uses again; one per computation at a time.
package final class Scratch {
    package let workspace = Workspace()
    package let patterns = PatternScratch()
    var counter = ColumnCounter()
    /// Rows of the network that is at work.
    package var rows = Matrix()
    package var embedded = Matrix()
    package var logits = Matrix()

    package init() {}
}
