module chankit/bench

go 1.19
