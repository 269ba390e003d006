// Activation kernels of the sentence encoder.
#pragma once
