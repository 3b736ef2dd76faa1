"""Internal covariate shift: does batch normalisation keep a layer's gradient where it was?"""
