print("mneme")
