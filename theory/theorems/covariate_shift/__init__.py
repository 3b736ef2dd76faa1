"""Internal covariate shift: does batch normalisation keep a layer's gradient where it was?

Nothing is proved here, and the measurements speak both ways: in a deep linear network at rate 1e-7 the difference that
was published is seen, in small convolutional networks on digits of 8 x 8 pixels the opposite. A correlation is the
mean, over layers and steps, of the cosine between a layer's gradient G and G', the same after the layers below have
taken their step, on the same batch: definition 2.1 of Santurkar et al. 2018.
"""
