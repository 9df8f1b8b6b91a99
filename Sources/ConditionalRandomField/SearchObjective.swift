/// What a search for weights makes small.
package protocol SearchObjective {
    /// The number of weights.
    var count: Int { get }

    /// The value at some weights; puts the gradient there into `gradient`, which has as many elements.
    func evaluate(_ weights: [Double], gradient: inout [Double]) -> Double
}
